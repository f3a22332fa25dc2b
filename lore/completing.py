"""Names that lead to pages, for whoever writes a wiki link: titles and aliases inside their shield."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.utils.text import slugify
from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from lore.models import Address, Page
from lore.spoilers import Viewer

MOST = 10
LONGEST = 80
_ALIKE = 65
"""How alike a name and what was typed must be, from 0 to 100 (`rapidfuzz`)."""


@dataclass(frozen=True)
class Name:
    """`text` is what stands in the link; `hint` says where an alias leads."""

    label: str
    text: str
    hint: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def names_like(viewer: Viewer, typed: str) -> list[Name]:
    """The likeliest first; with nothing typed, by the alphabet."""
    names = _names(Address.objects.filter(page__in=Page.objects.lore().visible_to(viewer)).select_related("page"))
    typed = default_process(typed[:LONGEST])
    if not typed:
        return sorted(names, key=lambda name: name.label.casefold())[:MOST]
    labels = [default_process(name.label) for name in names]
    hits = process.extract(typed, labels, scorer=fuzz.WRatio, limit=3 * MOST, score_cutoff=_ALIKE)
    best = sorted(hits, key=lambda hit: (not hit[0].startswith(typed), typed not in hit[0], -hit[1], hit[0]))
    return [names[place] for _, _, place in best[:MOST]]


def link_text(page: Page, slugs: Iterable[str]) -> str:
    """What leads to the page when it stands in a link: its title, unless that is no address of its own."""
    return page.title if slugify(page.title) in slugs else page.slug


def _names(addresses: Iterable[Address]) -> list[Name]:
    rows = list(addresses)
    slugs: dict[int, set[str]] = {}
    for row in rows:
        slugs.setdefault(row.page_id, set()).add(row.slug)
    titles = [_title(row.page, slugs[row.page_id]) for row in rows if row.slug == row.page.slug]
    aliases = [Name(row.name, row.name, f"leads to {row.page.title}") for row in rows if row.name]
    return titles + aliases


def _title(page: Page, slugs: set[str]) -> Name:
    text = link_text(page, slugs)
    return Name(page.title, text if text == page.title else f"{text}|{page.title}", page.get_kind_display())
