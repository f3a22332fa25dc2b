"""What the words in files lead to: pages by any address they ever had, works, claims and sources by their keys."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from lore.bulk.reading import Entries
from lore.bulk.shapes import Entry
from lore.models import Address, Category, Claim, Source, Work

_LONGEST_CATEGORY = Category._meta.get_field("slug").max_length


class Names:
    """A page is called by the first address it ever had: renamed on the site, it is still what its seed says."""

    def __init__(self, entries: Entries) -> None:
        self.coming: dict[str, Entry] = {}
        for entry in entries["page"]:
            for name in (entry.key, *entry.row["old_addresses"], *map(slugify, entry.row["aliases"])):
                self.coming.setdefault(name, entry)
        self.masks = {work.slug: work.mask for work in Work.objects.all()}
        self.claims = {entry.key for entry in entries["claim"]} | set(Claim.objects.values_list("key", flat=True))
        self.sources = {entry.key for entry in entries["source"]} | set(Source.objects.values_list("key", flat=True))
        self.categories = set(Category.objects.values_list("slug", flat=True))
        self.load_addresses()

    def load_addresses(self) -> None:
        self.homes: dict[str, int] = {}
        self.first: dict[int, str] = {}
        self.aliases: set[str] = set()
        for slug, page_id, name in Address.objects.order_by("id").values_list("slug", "page_id", "name"):
            self.homes[slug] = page_id
            self.first.setdefault(page_id, slug)
            if name:
                self.aliases.add(slug)

    # Pages

    def page_of(self, entry: Entry) -> int | None:
        """The page of a file, by an address that is or was its own, here or where the file comes from; never by an
        alias."""
        slugs = [slug for slug in (entry.key, *entry.row["old_addresses"]) if slug not in self.aliases]
        return next((self.homes[slug] for slug in slugs if slug in self.homes), None)

    def page_id(self, slug: str | None) -> int | None:
        """None also for one that was deleted on the site: it stays away."""
        if slug in self.homes:
            return self.homes[slug]
        return self.page_of(self.coming[slug]) if slug in self.coming else None

    def page_ids(self, slugs: Iterable[str]) -> list[int]:
        return [page_id for slug in slugs if (page_id := self.page_id(slug))]

    def called(self, slug: str | None) -> str | None:
        page_id = self.page_id(slug)
        if page_id:
            return self.first[page_id]
        return self.coming[slug].key if slug in self.coming else slug

    def all_called(self, slugs: Iterable[str]) -> list[str]:
        return sorted({str(self.called(slug)) for slug in slugs})

    def need_pages(self, *slugs: str | None) -> None:
        unknown = [slug for slug in slugs if slug and slug not in self.homes and slug not in self.coming]
        _refuse(unknown, "page")

    # All else

    def category(self, name: str) -> str:
        """The slug of a category that is called by its slug or by its name."""
        slug = name if name in self.categories else slugify(name)[:_LONGEST_CATEGORY]
        if not slug:
            raise ValidationError(f"A category needs a letter or number that an address can hold: “{name}”.")
        return slug

    def mask(self, slugs: Iterable[str]) -> int:
        """The scope made of these works. An unknown one is an error, so that a misspelt scope shields nothing."""
        _refuse([slug for slug in slugs if slug not in self.masks], "work")
        return sum({self.masks[slug] for slug in slugs})

    def need_works(self, *slugs: str | None) -> None:
        _refuse([slug for slug in slugs if slug and slug not in self.masks], "work")

    def need_claims(self, *keys: str | None) -> None:
        _refuse([key for key in keys if key and key not in self.claims], "claim")

    def need_sources(self, keys: Iterable[str]) -> None:
        _refuse([key for key in keys if key not in self.sources], "source")


def _refuse(unknown: list[str], noun: str) -> None:
    if unknown:
        raise ValidationError(f"Unknown {noun}: {', '.join(sorted(set(unknown)))}.")
