"""What a theory may rest on, offered to whoever types it: pages by their names, claims by their words."""

from lore import completing
from lore.completing import Name
from lore.models import Claim
from lore.premises import in_words
from lore.search import find
from lore.spoilers import Viewer

_PAGES, _CLAIMS = 5, 5


def names_like(viewer: Viewer, typed: str) -> list[Name]:
    """All inside the shield. `text` is the line that cites it."""
    return [*map(_page, completing.names_like(viewer, typed)[:_PAGES]), *_claims(viewer, typed)]


def _page(name: Name) -> Name:
    return Name(name.label, name.text.partition("|")[0], name.hint)


def _claims(viewer: Viewer, typed: str) -> list[Name]:
    hits = find(viewer, "claim", typed, _CLAIMS)
    rows = Claim.objects.published().standing().visible_to(viewer).select_related("page")
    claims = rows.in_bulk([hit.object_id for hit in hits])
    found = [claims[hit.object_id] for hit in hits if hit.object_id in claims]
    return [Name(in_words(viewer, claim), claim.key, f"claim on {claim.page.title}") for claim in found]
