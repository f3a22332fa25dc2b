"""What a search in lore shows: pages first, then claims, each fetched through the gate."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lore.models import Claim, Page
from lore.passages import excerpt
from lore.search import Hit, find, words_of
from lore.spoilers import Viewer

PASSAGE = 180
"""Characters of a result's passage, about."""


@dataclass(frozen=True)
class Result:
    """`passage` is the highlighted text as (piece, is a match)."""

    title: str
    href: str
    kind: str
    status: str = ""
    passage: Sequence[tuple[str, bool]] = field(default=())


def search_lore(viewer: Viewer, query: str) -> list[Result]:
    words = words_of(query)
    return [*_pages(viewer, query, words), *_claims(viewer, query, words)]


def _pages(viewer: Viewer, query: str, words: list[str]) -> list[Result]:
    hits = find(viewer, "page", query)
    pages = Page.objects.lore().visible_to(viewer).in_bulk([hit.object_id for hit in hits])
    return [_page_result(pages[hit.object_id], hit, words) for hit in hits if hit.object_id in pages]


def _page_result(page: Page, hit: Hit, words: list[str]) -> Result:
    return Result(
        page.title, page.get_absolute_url(), page.get_kind_display(), passage=excerpt(hit.body, words, PASSAGE)
    )


def _claims(viewer: Viewer, query: str, words: list[str]) -> list[Result]:
    hits = find(viewer, "claim", query, limit=10)
    found = Claim.objects.published().standing().visible_to(viewer).select_related("page")
    claims = found.in_bulk([hit.object_id for hit in hits])
    return [_claim_result(claims[hit.object_id], hit, words) for hit in hits if hit.object_id in claims]


def _claim_result(claim: Claim, hit: Hit, words: list[str]) -> Result:
    title = f"{claim.page.title}: claim {claim.key}"
    return Result(title, claim.get_absolute_url(), "Claim", claim.status, excerpt(hit.body, words, PASSAGE))
