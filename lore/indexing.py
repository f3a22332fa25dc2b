"""Search entries of pages and claims: written whenever their text changes."""

from lore import markup
from lore.models import Claim, Page, PageKind
from lore.search import Entry, forget, index


def index_page(page: Page) -> None:
    if not page.is_published or page.kind == PageKind.HOUSE or page.current is None:
        forget("page", page.pk)
        return
    names = "\n".join(page.addresses.exclude(name="").values_list("name", flat=True))
    compiled = page.current.compiled
    blocks = markup.blocks_from_json([compiled["lead"], *compiled["body"]])
    index("page", page.pk, list(_page_entries(page, names, blocks)))


def _page_entries(page: Page, names: str, blocks: list[markup.Block]) -> list[Entry]:
    texts: dict[int, list[str]] = {page.scope: []}
    for block in blocks:
        texts.setdefault(page.scope | block.scope, []).append(block.plain(lambda scope, own=block.scope: scope == own))
    return [
        Entry(scope, page.title, names if scope == page.scope else "", "\n".join(parts))
        for scope, parts in texts.items()
    ]


def index_claim(claim: Claim) -> None:
    if not claim.page.is_published or claim.superseded_by_id or claim.page.kind == PageKind.HOUSE:
        forget("claim", claim.pk)
        return
    text = markup.from_json(claim.compiled).plain(lambda scope: scope == 0)
    index("claim", claim.pk, [Entry(claim.scope | claim.page.scope, "", "", text)])
