"""Badges: what a fan gets for a deed, once. The rules are one table; each finds, among some fans, those who have
earned it, in one question to the database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Length

from accounts.models import User
from accounts.names import ARCHIVE
from theories.calibration import calibration
from theories.clock import now
from theories.models import ALL_TIME, Badge, Comment, Forecast, Outcome, Score, Standing, Theory
from theories.scoring import scored_until

FIRST_THEORY, REASONED, CHANGED_A_MIND = "first-theory", "reasoned", "changed-a-mind"
"""Deeds after which verbs grant at once (`grant`); the others come with a resolution (`grant_for`)."""
REASONED_LENGTH, REASONED_COMMENTS = 200, 10
HITS = 5
BOLD = 70
"""Per cent from which on a forecast is a call; 100 less this, and below, a call of the contrary."""
MANY = 20
"""Resolved forecasts from which on calibration and skill are worth a badge."""
_BATCH = 200

type Earned = Mapping[int, int | None]
"""By fan: the theory that it is for, if one it is."""
type Finder = Callable[[Sequence[int], int | None], Earned]
"""Of some fans, and of one theory where just that has been resolved."""


@dataclass(frozen=True)
class Rule:
    """`what_for` finishes the sentence "For …". `is_undone`: it goes with the outcome it was granted for.
    `tells_theory`: what the fan did there is public, so the badge may lead to it."""

    key: str
    name: str
    what_for: str
    find: Finder
    is_undone: bool = False
    tells_theory: bool = False


def grant(fan_id: int, *keys: str) -> None:
    """What a fan has earned by now, by these rules or by all."""
    _grant([fan_id], [RULES[key] for key in keys or RULES])


def gives_reasons(text: str) -> bool:
    """Whether a comment is long enough to count towards the badge for that."""
    return len(text) >= REASONED_LENGTH


def grant_for(theory_id: int) -> None:
    """After a theory's outcome has changed, and scores and standings with it: what is earned by that, and what no
    longer is."""
    theory = Theory.objects.get(pk=theory_id)
    _take_back(theory)
    fans = Score.objects.filter(theory=theory).exclude(fan=None).values_list("fan_id", flat=True)
    for ids in batched(sorted({theory.author_id, *fans}), _BATCH, strict=False):
        _grant(ids, RULES.values(), theory_id)


def _grant(fan_ids: Iterable[int], rules: Iterable[Rule], theory_id: int | None = None) -> None:
    fans = list(_fans(fan_ids).values_list("pk", flat=True))
    if not fans:
        return
    held = set(Badge.objects.filter(fan__in=fans).values_list("fan_id", "key"))
    earned = [
        Badge(fan_id=fan_id, key=rule.key, theory_id=earned_on, granted_at=now())
        for rule in rules
        for fan_id, earned_on in rule.find(fans, theory_id).items()
        if (fan_id, rule.key) not in held
    ]
    if earned:
        Badge.objects.bulk_create(earned, ignore_conflicts=True)


def _fans(fan_ids: Iterable[int]) -> QuerySet[User]:
    return User.objects.filter(pk__in=list(fan_ids), is_active=True).exclude(username=ARCHIVE)


@transaction.atomic
def _take_back(theory: Theory) -> None:
    """Those granted for an outcome that this theory no longer has. Whoever earned them elsewhere too is granted them
    again at once."""
    for rule in RULES.values():
        if rule.is_undone:
            holders = Badge.objects.filter(key=rule.key, theory=theory)
            ids = list(holders.values_list("fan_id", flat=True))
            if ids:
                holders.exclude(fan__in=rule.find(ids, theory.pk)).delete()
                _grant(ids, [rule])


def _posted(fans: Sequence[int], theory_id: int | None) -> Earned:
    theories = Theory.objects.in_lists().filter(author__in=fans)
    return dict(theories.values_list("author_id").annotate(Min("pk")).order_by())


def _came_true(at_least: int) -> Finder:
    """For the theory with which there were so many."""

    def find(fans: Sequence[int], theory_id: int | None) -> Earned:
        confirmed = Theory.objects.listed().filter(author__in=fans, outcome=Outcome.CONFIRMED, resolved_at__lte=now())
        hits: dict[int, list[int]] = {}
        for fan, theory in confirmed.order_by("resolved_at", "pk").values_list("author_id", "pk"):
            hits.setdefault(fan, []).append(theory)
        return {fan: theories[at_least - 1] for fan, theories in hits.items() if len(theories) >= at_least}

    return find


def _reasoned(fans: Sequence[int], theory_id: int | None) -> Earned:
    comments = Comment.objects.standing().filter(author__in=fans).alias(length=Length("text"))
    counted = comments.filter(length__gte=REASONED_LENGTH).values_list("author_id").annotate(n=Count("pk")).order_by()
    return {fan: None for fan, count in counted if count >= REASONED_COMMENTS}


def _changed_a_mind(fans: Sequence[int], theory_id: int | None) -> Earned:
    comments = Comment.objects.standing().filter(author__in=fans, mind_count__gt=0)
    return dict.fromkeys(comments.values_list("author_id", flat=True).distinct().order_by())


def _called_early(fans: Sequence[int], theory_id: int | None) -> Earned:
    right = Q(theory__outcome=Outcome.CONFIRMED, probability__gte=BOLD) | Q(
        theory__outcome=Outcome.BUSTED, probability__lte=100 - BOLD
    )
    calls = Forecast.objects.of_crowd().filter(right, fan__in=fans, is_void=False, theory__in=Theory.objects.settled())
    if theory_id:
        calls = calls.filter(theory=theory_id)
    times = ("opened_at", "closed_at", "happened_on", "closes_at")
    rows = calls.values_list("fan_id", "theory_id", "made_at", "stood_until", *(f"theory__{name}" for name in times))
    return {fan: theory for fan, theory, made, until, *life in rows.order_by("-id") if _is_early(made, until, *life)}


def _is_early(made_at: datetime, stood_until: datetime | None, opened_at: datetime, *closing: object) -> bool:
    """It stood when a quarter of the theory's life was over: what was said for a moment is no call."""
    quarter = opened_at + (scored_until(*closing) - opened_at) / 4
    return made_at <= quarter and (stood_until is None or stood_until > quarter)


def _well_calibrated(fans: Sequence[int], theory_id: int | None) -> Earned:
    rows = Score.objects.filter(fan__in=fans).values_list("fan_id", "last")
    tallies: dict[int, list[tuple[int, int, int]]] = {}
    for fan, *tally in rows.annotate(n=Count("pk"), hits=Count("pk", filter=Q(came_true=True))).order_by():
        tallies.setdefault(fan, []).append(tuple(tally))
    return {
        fan: None
        for fan, found in tallies.items()
        if sum(count for _, count, _ in found) >= MANY and all(bin.is_within for bin in calibration(found))
    }


def _ahead(fans: Sequence[int], theory_id: int | None) -> Earned:
    ahead = Standing.objects.filter(fan__in=fans, season=ALL_TIME, resolved__gte=MANY, low__gt=0)
    return dict.fromkeys(ahead.values_list("fan_id", flat=True))


RULES = {
    rule.key: rule
    for rule in (
        Rule(FIRST_THEORY, "On the record", "posting a first theory", _posted, tells_theory=True),
        Rule(
            "came-true",
            "Told you so",
            "a first theory of theirs that came true",
            _came_true(1),
            is_undone=True,
            tells_theory=True,
        ),
        Rule("five-hits", "Five hits", f"{HITS} theories of theirs that came true", _came_true(HITS), is_undone=True),
        Rule(
            "called-early",
            "Called it early",
            f"being at {BOLD} % or more on the right side while a theory was in its first quarter",
            _called_early,
            is_undone=True,
        ),
        Rule(
            "well-calibrated",
            "Well calibrated",
            f"{MANY} resolved forecasts that came true as often as they said",
            _well_calibrated,
        ),
        Rule("ahead", "Ahead of the crowd", f"{MANY} resolved forecasts, surely better than the crowd", _ahead),
        Rule(
            REASONED,
            "Gives reasons",
            f"{REASONED_COMMENTS} comments that argue at some length",
            _reasoned,
        ),
        Rule(CHANGED_A_MIND, "Changed a mind", "a comment that made somebody think again", _changed_a_mind),
    )
}
"""By key. A key stands in rows: it is never changed, and never used for another deed."""
