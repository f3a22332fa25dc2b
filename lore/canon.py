"""What the archive knows by name: the lexicon that wiki links and spoilers are resolved with."""

from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify

from lore.markup import Lexicon, mentions
from lore.models import Address, Page, PageKind, Work

RESERVED_SLUGS = frozenset(
    "timeline faq ties catch-up changes wanted new edit suggest history links compare pictures claims sources "
    "works search page pages feeds keep".split()
)


def lexicon_for(*texts: str) -> Lexicon:
    """Knows the pages that these texts name, and all works."""
    slugs = set().union(*(mentions(text) for text in texts))
    known = Address.objects.filter(slug__in=slugs, page__is_published=True).select_related("page")
    return Lexicon(pages={row.slug: _href(row) for row in known}, works=_work_masks())


def _href(address: Address) -> str:
    # A scoped page is linked by the name that was written: its own slug might say more than the writer did.
    if address.page.scope and address.page.kind != PageKind.HOUSE:
        return reverse("lore:page", args=[address.slug])
    return address.page.get_absolute_url()


def _work_masks() -> dict[str, int]:
    masks: dict[str, int] = {}
    for work in Work.objects.all():
        for name in (work.slug, slugify(work.short_title), slugify(work.title)):
            masks.setdefault(name, work.mask)
    return masks


def page_called(name: str) -> Page | None:
    """The page that a title, alias or slug leads to."""
    return Page.objects.filter(addresses__slug=slugify(name)).first()


def near_names(viewer: object, slug: str, limit: int = 5) -> list[Page]:
    """Pages whose address shares a word with this one, inside the shield."""
    words = [word for word in slug.lower().split("-") if len(word) > 2][:6]
    if not words:
        return []
    shares = Q()
    for word in words:
        shares |= Q(addresses__slug__contains=word[:5])
    return list(Page.objects.lore().visible_to(viewer).filter(shares).distinct().order_by("title")[:limit])
