"""A page as one viewer gets it: every part has been through the gate, and nothing else leaves this module."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, Value
from django.urls import reverse
from django.utils.safestring import SafeString

from lore import hooks, markup
from lore.gallery import more_of
from lore.models import Claim, Image, Page, PageLink, Source
from lore.neighbouring import Neighbourhood, neighbourhood
from lore.spoilers import Shield, Viewer, gate, whole_scope


@dataclass(frozen=True)
class Part:
    """One block of a body. `anchor` is the id under which a reveal stands."""

    html: SafeString
    headings: tuple[markup.Heading, ...]
    anchor: str = ""
    is_shield: ClassVar[bool] = False
    is_fold: ClassVar[bool] = False


@dataclass(frozen=True)
class ClaimLine:
    """`home` is set when the claim is shown away from home and its home may be named; likewise `newer`. `href` leads to
    the claim's own page."""

    claim: Claim
    html: SafeString
    sources: list[Source]
    home: Page | None
    newer: Claim | None
    href: str
    is_shield: ClassVar[bool] = False
    is_fold: ClassVar[bool] = False


@dataclass(frozen=True)
class Reading:
    page: Page
    lead: SafeString
    picture: Image | Shield | None
    more_pictures: list[Image]
    description: str
    hatnote: SafeString | None
    facts: list[tuple[str, SafeString]]
    parts: list[Part | Shield]
    claims: list[ClaimLine | Shield]
    aliases: list[str]
    categories: list[tuple[str, str]]
    see_also: list[Page]
    backlinks: list[Page]
    ties: Neighbourhood | None
    panels: list[hooks.Panel] = field(default_factory=list)

    @property
    def as_of(self) -> Claim | None:
        """The newest of the claims shown: how fresh what is known here is."""
        claims = [line.claim for line in self.claims if isinstance(line, ClaimLine)]
        return max(claims, key=lambda claim: claim.as_of, default=None)

    @property
    def contents(self) -> list[markup.Heading]:
        return [
            heading for part in self.parts if isinstance(part, Part) for heading in part.headings if heading.level == 2
        ]


def read(viewer: Viewer, page: Page) -> Reading:
    """The caller has made sure that the viewer sees the page itself."""
    compiled = page.current.compiled
    lead = markup.from_json(compiled["lead"])
    return Reading(
        page=page,
        lead=shown(viewer, lead),
        picture=picture_of(viewer, page.lead_image),
        more_pictures=more_of(viewer, page),
        description=lead.plain(viewer.inside),
        hatnote=shown(viewer, markup.from_json(compiled["hatnote"])) if compiled["hatnote"] else None,
        facts=[(label, shown(viewer, markup.from_json(value))) for label, value in compiled["facts"]],
        parts=parts_of(viewer, "section", page.pk, compiled["body"]),
        claims=claim_lines(viewer, page),
        **_names(page),
        **_neighbours(viewer, page),
        ties=neighbourhood(viewer, page),
        panels=[panel for make in hooks.page_panels if (panel := make(viewer, page))],
    )


def picture_of(viewer: Viewer, image: Image | None) -> Image | Shield | None:
    if image is None or not image.is_public:
        return None
    if viewer.reveals("image", image.pk):
        image.reveal_query = f"?reveal=image-{image.pk}"
    return gate(viewer, image)


def _names(page: Page) -> dict[str, Any]:
    """Aliases, and categories as (name, slug); in one query."""
    aliases = page.addresses.exclude(name="").annotate(of=Value("alias")).values_list("of", "name", "slug").order_by()
    categories = page.categories.annotate(of=Value("category")).values_list("of", "name", "slug").order_by()
    rows = sorted(aliases.union(categories).order_by())
    return {
        "aliases": [name for of, name, _ in rows if of == "alias"],
        "categories": [(name, slug) for of, name, slug in rows if of == "category"],
    }


def _neighbours(viewer: Viewer, page: Page) -> dict[str, list[Page]]:
    """See-also and backlinks, in one query."""
    see_also = Exists(Page.see_also.through.objects.filter(from_page=page, to_page=OuterRef("pk")))
    links = Exists(PageLink.objects.to_page(page).visible_to(viewer).filter(source=OuterRef("pk")))
    pages = Page.objects.lore().visible_to(viewer).annotate(is_advised=see_also, links_here=links)
    found = list(pages.filter(Q(is_advised=True) | Q(links_here=True)).order_by("title"))
    return {
        "see_also": [neighbour for neighbour in found if neighbour.is_advised],
        "backlinks": [neighbour for neighbour in found if neighbour.links_here],
    }


def shown(viewer: Viewer, block: markup.Block) -> SafeString:
    """The block's HTML; its own scope is granted, since whoever shows a block has decided that already."""
    return block.render(lambda scope: viewer.inside(scope & ~block.scope), viewer.names)


def parts_of(viewer: Viewer, kind: str, key: int, blocks: list[dict[str, object]]) -> list[Part | Shield]:
    parts = []
    for number, block in enumerate(markup.blocks_from_json(blocks)):
        name = f"{key}-{number}"
        if viewer.sees_part(kind, name, block.scope):
            parts.append(Part(shown(viewer, block), block.headings, f"{kind}-{name}" if block.scope else ""))
        else:
            parts.append(Shield(kind, name, "part", viewer.named(viewer.missing(block.scope))))
    return parts


def claim_lines(viewer: Viewer, page: Page) -> list[ClaimLine | Shield]:
    claims = Claim.objects.on(page).select_related("page", "superseded_by__page").prefetch_related("sources")
    return [
        claim_line(viewer, claim, page) if viewer.sees(claim, within=page) else viewer.shield(claim) for claim in claims
    ]


def claim_line(viewer: Viewer, claim: Claim, page: Page | None = None) -> ClaimLine:
    """For a viewer who sees the claim, as it stands on `page`, or by itself."""
    newer = claim.superseded_by
    return ClaimLine(
        claim,
        shown(viewer, markup.from_json(claim.compiled)),
        list(claim.sources.all()),
        claim.page if claim.page != page and claim.page.is_published and viewer.sees(claim.page) else None,
        newer if newer and newer.page.is_published and viewer.sees(newer) and viewer.sees(newer.page) else None,
        claim_href(viewer, claim),
    )


def claim_href(viewer: Viewer, claim: Claim) -> str:
    """The way to its own page, for a viewer who sees it here: also when that is by a reveal."""
    address = reverse("lore:claim", args=[claim.key])
    return address if viewer.inside(whole_scope(claim)) else f"{address}?reveal=claim-{claim.pk}"


def backlinks(viewer: Viewer, page: Page) -> list[Page]:
    links = PageLink.objects.to_page(page).visible_to(viewer)
    return list(Page.objects.lore().visible_to(viewer).filter(pk__in=links.values("source_id")))


def plain_text(viewer: Viewer, kind: str, key: int, blocks: list[dict[str, object]]) -> str:
    """What `parts_of` shows, as words alone."""
    texts = [
        block.plain(lambda scope, own=block.scope: viewer.inside(scope & ~own))
        for number, block in enumerate(markup.blocks_from_json(blocks))
        if viewer.sees_part(kind, f"{key}-{number}", block.scope)
    ]
    return " ".join(texts)
