"""What the rows of one export share: whom they are for, and by which words they speak of each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from lore.bulk.audience import Audience
from lore.bulk.picture_files import Opener, name_of, names_of_pictures, opener_of, seeded_files, shown_opener_of
from lore.bulk.shapes import Row, closeness
from lore.models import Claim, Image, Page, Work


@dataclass(frozen=True)
class Taken:
    """A picture under the name of its file."""

    name: str
    image: Image
    open: Opener


class Taking:
    """References lead only to what is taken too."""

    def __init__(self, audience: Audience) -> None:
        self.audience = audience
        self.works = list(Work.objects.all())
        self._slugs = dict(audience.pages().values_list("pk", "slug"))
        self._keys = dict(audience.claims().values_list("pk", "key"))
        self.pictures, self.lost = _pictures(audience)

    def scope(self, mask: int) -> list[str]:
        return [work.slug for work in self.works if mask & work.mask]

    def slug(self, page_id: int | None) -> str | None:
        return self._slugs.get(page_id)

    def slugs(self, pages: Iterable[Page]) -> list[str]:
        return sorted(self._slugs[page.pk] for page in pages if page.pk in self._slugs)

    def key(self, claim_id: int | None) -> str | None:
        return self._keys.get(claim_id)

    def keys(self, claims: Iterable[Claim]) -> list[str]:
        return sorted(self._keys[claim.pk] for claim in claims if claim.pk in self._keys)

    def in_order(self, rows: Iterable[Row]) -> list[Row]:
        """A place in the order is told only where it is not the place in the file; to the public never, since a gap
        tells that something is left out."""
        ordered = list(rows)
        for index, row in enumerate(ordered):
            if self.audience.is_public or row["position"] == index:
                row["position"] = None
        return ordered


def _pictures(audience: Audience) -> tuple[list[Taken], list[str]]:
    """Those that can be taken, oldest first; and the names of those whose file is lost."""
    names = {} if audience.is_public else names_of_pictures()
    opener = shown_opener_of if audience.is_public else partial(opener_of, seeded=seeded_files())
    images = audience.pictures().prefetch_related("leads", "pages").order_by("pk")
    found = [(f"{name_of(image, names)}.webp", image, opener(image)) for image in images]
    taken = [Taken(name, image, opened) for name, image, opened in found if opened]
    return taken, [name for name, _, opened in found if not opened]


def written_day(day: date | None, precision: str) -> dict[str, str | None]:
    """The date as closely as it is meant; the precision only where that does not tell it."""
    words = day and _as_meant(day, precision)
    return {"day": words, "precision": None if closeness(words, None) == precision else precision}


def _as_meant(day: date, precision: str) -> str:
    if precision == "year" and (day.month, day.day) == (1, 1):
        return f"{day:%Y}"
    return f"{day:%Y-%m}" if precision == "month" and day.day == 1 else day.isoformat()
