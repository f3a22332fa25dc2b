"""Claims that a tie may rest on, offered by their words to whoever ties: those of its pages, and those that are looked
for. All inside the shield."""

from collections.abc import Iterable

from django.db.models import Q

from lore import markup
from lore.models import Claim, Page
from lore.search import find
from lore.spoilers import Viewer

MOST = 40
_FOUND = 15
_WORDS = 160


def premises(viewer: Viewer, pages: Iterable[Page], words: str = "") -> list[Claim]:
    """What the words find comes first, then what stands on the pages."""
    claims = Claim.objects.standing().visible_to(viewer)
    found = claims.in_bulk([hit.object_id for hit in find(viewer, "claim", words, _FOUND)])
    here = list(pages)
    shown = Claim.also_on.through.objects.filter(page__in=here).values("claim_id")
    on_them = claims.filter(Q(page__in=here) | Q(pk__in=shown)).order_by("page_id", "position", "id")
    return list({claim.pk: claim for claim in [*found.values(), *on_them[:MOST]]}.values())


def premise(viewer: Viewer, key: str) -> Claim | None:
    """The claim of this key, unless the viewer may not see it."""
    return Claim.objects.visible_to(viewer).filter(key=key).select_related("page").first()


def in_words(viewer: Viewer, claim: Claim) -> str:
    words = markup.from_json(claim.compiled).plain(viewer.inside)
    told = words if len(words) <= _WORDS else f"{words[:_WORDS].rstrip()}…"
    return f"{told} ({claim.key}, {claim.get_status_display().lower()})"
