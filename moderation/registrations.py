"""What moderation adds to the hooks of accounts."""

from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts import hooks
from accounts.models import User
from moderation import erasing, packing
from moderation.addressing import appeal_address
from moderation.deciding import standing_among
from moderation.hooks import pairs, waiting_things
from moderation.models import Act, Appeal, Decision, Outcome, Report
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
    return {
        "suspended_lately": Decision.objects.about("fan", fan.pk).filter(act=Act.SUSPEND, created_at__gte=since).count()
    }


def why_suspended(fan: User) -> str:
    decisions = list(Decision.objects.about("fan", fan.pk).filter(act__in=[Act.SUSPEND, Act.UNSUSPEND]))
    standing = standing_among(decisions, Act.SUSPEND)
    return appeal_address(standing) if standing else ""
