"""Pages that are asked for and not there, and pages to which nothing leads."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef

from lore.models import Address, Page, PageLink
from lore.spoilers import ShieldedQuerySet, Viewer

MOST = 100
MOST_NAMED = 5


@dataclass(frozen=True)
class Wanted:
    """`name` is what most pages call it, `asking` are a few of the `count` pages. `taken_by` is a page that is not read
    (a draft, a deleted one) and holds the address; only editors are told."""

    slug: str
    name: str
    count: int
    asking: list[Page]
    taken_by: Page | None = None


def wanted_pages(viewer: Viewer, *, for_editor: bool = False) -> list[Wanted]:
    """Those that most pages ask for first; only what this viewer may read counts as asking."""
    links = _read_links(viewer).filter(target=None)
    counts = links.values("slug").annotate(count=Count("source", distinct=True)).order_by("-count", "slug")[:MOST]
    counts = {row["slug"]: row["count"] for row in counts}
    asking, names = defaultdict(dict), defaultdict(list)
    for link in links.filter(slug__in=counts).select_related("source").order_by("source__title", "pk"):
        asking[link.slug][link.source_id] = link.source
        names[link.slug].append(link.name)
    holders = _holders(list(counts)) if for_editor else {}
    return [
        Wanted(
            slug, _most_written(names[slug], slug), count, list(asking[slug].values())[:MOST_NAMED], holders.get(slug)
        )
        for slug, count in counts.items()
    ]


def wanted_name(viewer: Viewer, slug: str) -> str:
    """What the pages that this viewer may read call a page that is not there."""
    return _most_written(_read_links(viewer).filter(slug=slug).values_list("name", flat=True), slug)


def _most_written(names: Iterable[str], slug: str) -> str:
    """Links from before their names were kept have none: their slug has to do."""
    counts = Counter(filter(None, names))
    words = slug.replace("-", " ")
    return min(counts, key=lambda name: (-counts[name], name), default=words[:1].upper() + words[1:])


def _holders(slugs: list[str]) -> dict[str, Page]:
    return {row.slug: row.page for row in Address.objects.filter(slug__in=slugs).select_related("page")}


def orphans(viewer: Viewer) -> list[Page]:
    leading = _read_links(viewer).filter(target=OuterRef("pk")).exclude(source=OuterRef("pk"))
    return list(Page.objects.lore().visible_to(viewer).exclude(Exists(leading)).order_by("title", "pk"))


def _read_links(viewer: Viewer) -> ShieldedQuerySet:
    """Both the link and its page are asked about: a reveal of the one shows nothing of the other."""
    pages = Page.objects.lore().visible_to(viewer)
    return PageLink.objects.filter(source__in=pages).visible_to(viewer)
