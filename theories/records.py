"""A fan's record: how often they were right, and how right. What names or counts theories goes through the shield;
sums over forecasts are numbers, and the same for everybody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from lore.spoilers import Viewer
from theories.badges import RULES, Rule
from theories.calibration import Shown, calibration, exactly, roughly
from theories.drawing import CalibrationChart, Span, calibration_chart, span
from theories.models import ALL_TIME, RESOLVED, Badge, Outcome, Score, Standing, Theory, Vote
from theories.models.theories import TheoryQuerySet
from theories.narrowing import STATUSES
from theories.skill import LEAST_RESOLVED, Skill

_SHOWN_STATUSES = ("open", "due", "proposed", "disputed", *(state.value for state in RESOLVED), "duplicate")


@dataclass(frozen=True)
class StatusCount:
    status: str
    label: str
    count: int


@dataclass(frozen=True)
class ShownBadge:
    rule: Rule
    badge: Badge
    theory: Theory | None


@dataclass(frozen=True)
class VoteRecord:
    """Of a fan's votes on theories that came true or failed, those that were right."""

    right: int
    decided: int


@dataclass(frozen=True)
class Record:
    """`scored`: forecasts that have been; `standing` and `bins` are empty below LEAST_RESOLVED of them. Anybody who
    watched exact numbers would know how one fan voted or forecast: `votes` is for the fan alone, others are not told
    `scored` below LEAST_RESOLVED (0), nor more of the bins than is rough."""

    fan: User
    scored: int
    standing: Standing | None
    bins: list[Shown]
    is_rough: bool
    statuses: list[StatusCount]
    badges: list[ShownBadge]
    votes: VoteRecord | None
    least: int = LEAST_RESOLVED

    @property
    def skill(self) -> Skill | None:
        return skill_shown(self.standing) if self.standing else None

    @property
    def span(self) -> Span | None:
        return span(self.skill) if self.skill else None

    @property
    def chart(self) -> CalibrationChart:
        return calibration_chart(self.bins)

    @property
    def hits(self) -> int:
        return self._count(Outcome.CONFIRMED)

    @property
    def decided(self) -> int:
        """Theories that came true or failed."""
        return self.hits + self._count(Outcome.BUSTED)

    @property
    def is_empty(self) -> bool:
        return not (self.scored or self.statuses or self.badges or (self.votes and self.votes.decided))

    def _count(self, status: str) -> int:
        return sum(found.count for found in self.statuses if found.status == status)


def skill_shown(standing: Standing) -> Skill:
    return Skill(standing.resolved, standing.skill, standing.low, standing.high)


def record_of(viewer: Viewer, fan: User) -> Record:
    """Empty for others where its fan keeps it to themselves."""
    if fan.hides_record and viewer.fan_id != fan.pk:
        return Record(fan, 0, None, [], True, [], [], None)
    statuses = _statuses(Theory.objects.in_lists().visible_to(viewer).filter(author=fan))
    scores = Score.objects.filter(fan=fan).values_list("last").order_by("last")
    tallies = list(scores.annotate(n=Count("pk"), true=Count("pk", filter=Q(came_true=True))))
    scored = sum(count for _, count, _ in tallies)
    is_shown, is_own = scored >= LEAST_RESOLVED, viewer.fan_id == fan.pk
    bins = calibration(tallies) if is_shown else []
    return Record(
        fan=fan,
        scored=scored if is_shown or is_own else 0,
        standing=Standing.objects.filter(fan=fan, season=ALL_TIME).first() if is_shown else None,
        bins=exactly(bins) if is_own else roughly(bins),
        is_rough=not is_own,
        statuses=statuses,
        badges=list(_badges(viewer, fan)),
        votes=_votes(fan) if is_own else None,
    )


def _statuses(theories: TheoryQuerySet) -> list[StatusCount]:
    counts = theories.aggregate(**{status: Count("pk", filter=STATUSES[status][1]()) for status in _SHOWN_STATUSES})
    return [StatusCount(status, STATUSES[status][0], count) for status, count in counts.items() if count]


def _badges(viewer: Viewer, fan: User) -> Iterator[ShownBadge]:
    """One that leads to a theory is as hidden as that is."""
    held: Sequence[Badge] = Badge.objects.filter(fan=fan).select_related("theory")
    for badge in held:
        rule = RULES.get(badge.key)
        theory = badge.theory if rule and rule.tells_theory else None
        if rule and (theory is None or (viewer.sees(theory) and not theory.is_hidden and not theory.is_draft)):
            yield ShownBadge(rule, badge, theory)


def _votes(fan: User) -> VoteRecord:
    decided = Vote.objects.standing().filter(
        fan=fan,
        theory__is_hidden=False,
        theory__resolved_at__lte=timezone.now(),
        theory__outcome__in=[Outcome.CONFIRMED, Outcome.BUSTED],
    )
    right = Q(theory__outcome=Outcome.CONFIRMED, value=1) | Q(theory__outcome=Outcome.BUSTED, value=-1)
    return VoteRecord(**decided.aggregate(right=Count("pk", filter=right), decided=Count("pk")))
