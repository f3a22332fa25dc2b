"""Why something is hidden: for its author, who still sees it, and may appeal."""

from collections.abc import Iterable
from dataclasses import dataclass

from moderation.addressing import appeal_address
from moderation.models import Act, Decision


@dataclass(frozen=True)
class HiddenNotice:
    decision: Decision
    appeal_href: str


def hidden_notices(kind: str, ids: Iterable[int]) -> dict[int, HiddenNotice]:
    """By the id of the thing; nothing of what is not hidden, or was restored."""
    turns = Decision.objects.filter(kind=kind, object_id__in=ids, act__in=[Act.HIDE, Act.RESTORE]).order_by("pk")
    latest = {decision.object_id: decision for decision in turns}
    return {
        pk: HiddenNotice(decision, appeal_address(decision))
        for pk, decision in latest.items()
        if decision.act == Act.HIDE
    }
