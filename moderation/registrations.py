"""What moderation adds to the hooks of accounts."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from accounts import hooks
from accounts.models import User
from moderation import erasing, packing
from moderation.addressing import appeal_address
from moderation.deciding import standing_among
from moderation.hooks import pairs, waiting_things
from moderation.models import Act, Appeal, Decision, DecisionReason, Outcome, Report
from moderation.notices import finders
from moderation.reporting import mark_for_look

_LATELY = timedelta(days=60)


def register() -> None:
    hooks.notice_kinds.update(finders())
    hooks.why_closed.append(why_suspended)
    hooks.fan_facts.append(suspended_lately)
    hooks.fan_export.append(packing.parts)
    hooks.fan_erase.append(erasing.erase)
    hooks.fan_marked.append(mark_fan)
    waiting_things.extend([reported_things, appealed_decisions])


def mark_fan(fan: User, words: str) -> None:
    mark_for_look("fan", fan.pk, words)


def reported_things() -> QuerySet:
    return pairs(Report.objects.filter(outcome=Outcome.OPEN), F("kind"), "object_id")


def appealed_decisions() -> QuerySet:
    return pairs(Appeal.objects.filter(judged_at=None), "appeal", "pk")


def suspended_lately(fan: User) -> dict[str, int]:
    since = timezone.now() - _LATELY
    granted = Appeal.objects.filter(decision=OuterRef("pk"), is_granted=True)
    turns = Decision.objects.about("fan", fan.pk).filter(act__in=[Act.SUSPEND, Act.UNSUSPEND])
    rightly = _rightly(turns.annotate(is_overturned=Exists(granted)).order_by("pk"))
    return {"suspended_lately": sum(made.created_at >= since for made in rightly)}


def _rightly(turns: Iterable[Decision]) -> list[Decision]:
    """The suspensions that were never said to be wrong, from all about one fan, oldest first. One that another follows
    while it lasts had its length changed: they were wrong together."""
    found: list[list[Decision]] = []
    lasts = False
    for made in turns:
        if made.act == Act.SUSPEND:
            lasts = lasts and not _is_over(found[-1][-1], made)
            found = [*found[:-1], [*found[-1], made]] if lasts else [*found, [made]]
        elif made.reason == DecisionReason.MISTAKE and not made.answers_id:
            found = found[:-1]
        lasts = made.act == Act.SUSPEND
    return [made for one in found if not any(part.is_overturned for part in one) for made in one]


def _is_over(last: Decision, made: Decision) -> bool:
    return last.until is not None and last.until <= made.created_at


def why_suspended(fan: User) -> str:
    decisions = list(Decision.objects.about("fan", fan.pk).filter(act__in=[Act.SUSPEND, Act.UNSUSPEND]))
    standing = standing_among(decisions, Act.SUSPEND)
    return appeal_address(standing) if standing else ""
