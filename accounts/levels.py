"""Raising and lowering fans by the table in `accounts.trust`: from what they have done, as the apps know it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from accounts.hooks import fan_facts, fans_stirred
from accounts.models import User
from accounts.names import ARCHIVE
from accounts.trust import RULES, Level, level_for

STIRRED_WITHIN = timedelta(hours=1)
_AGAIN_AFTER = 10 * 60
"""Seconds for which the job leaves a fan alone whom it has just looked at."""


def facts_of(fan: User) -> Mapping[str, int]:
    """What several apps know of one fact is added up."""
    facts = Counter(days_here=(timezone.now() - fan.date_joined).days)
    for hook in fan_facts:
        facts.update(hook(fan))
    return facts


def reckon(fan: User) -> Level:
    """The fan's level, brought into line with what they have done; so that it may be called at any time, by anybody."""
    level = level_for(facts_of(fan))
    if level != fan.level:
        User.objects.filter(pk=fan.pk).update(level=level)
        fan.level = level
    return level


def reckon_lately() -> list[int]:
    """Those who did something of late, or to whom something was done, suspended ones too; and those for whom time alone
    has changed something. Ids of those whose level has changed."""
    ids = sorted(_stirred(timezone.now() - STIRRED_WITHIN))
    fresh = [pk for pk in ids if cache.add(f"level-of-{pk}", True, _AGAIN_AFTER)]
    changed = []
    for fan in User.objects.filter(pk__in=fresh, erased_at=None).exclude(username=ARCHIVE):
        before = fan.level
        if reckon(fan) != before:
            changed.append(fan.pk)
    return changed


def shown_level(fan: User, level: Level | None = None) -> Level:
    """What a fan may do is what this level may: staff count as regulars. `level`: theirs as it is by now, where the job
    has not been round."""
    return Level.REGULAR if fan.is_staff else Level(fan.level if level is None else level)


def _stirred(since: datetime) -> Iterable[int]:
    return {pk for hook in fans_stirred for pk in hook(since)} | set(_here_long_enough(since))


def _here_long_enough(since: datetime) -> Iterable[int]:
    """Since this moment."""
    for days in {rule.bound for rule in RULES if rule.fact == "days_here"}:
        stay = timedelta(days=days)
        joined = User.objects.filter(date_joined__gte=since - stay, date_joined__lte=timezone.now() - stay)
        yield from joined.order_by().values_list("pk", flat=True)
