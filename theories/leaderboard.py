"""Who has been better than the crowd: of all time, or of the theories that were resolved in one year."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from math import isfinite

from django.db.models import Q
from django.utils import timezone

from accounts.names import ARCHIVE
from lore.spoilers import Viewer
from theories.drawing import Span, span
from theories.models import ALL_TIME, RESOLVED, Outcome, Standing, Theory
from theories.models.records import StandingQuerySet
from theories.models.theories import TheoryQuerySet
from theories.records import skill_shown
from theories.skill import LEAST_RESOLVED, Skill

SIZE = 25
BEST = 5
MOST_COUNTED = 1000
_LARGEST = 2**63 - 1


def public_standings(season: int) -> StandingQuerySet:
    """The one place that says who is on a leaderboard."""
    return Standing.objects.ranked(season).exclude(fan__username=ARCHIVE).filter(fan__hides_record=False)


@dataclass(frozen=True)
class Place:
    """One line of a leaderboard."""

    number: int
    standing: Standing

    @property
    def skill(self) -> Skill:
        return skill_shown(self.standing)

    @property
    def span(self) -> Span:
        return span(self.skill)


@dataclass(frozen=True)
class BestCall:
    """A theory that came true although the crowd did not think so."""

    theory: Theory
    crowd: int


@dataclass(frozen=True)
class SeasonSummary:
    """Of what the viewer may see: how many theories ended how, and which were the best calls. `is_cut`: there are
    more than MOST_COUNTED, and the newest were counted."""

    counts: list[tuple[str, int]]
    best: list[BestCall]
    is_cut: bool


@dataclass(frozen=True)
class Leaderboard:
    season: int
    seasons: list[int]
    places: list[Place]
    is_first: bool
    next_place: str
    least: int = LEAST_RESOLVED

    @property
    def is_of_all_time(self) -> bool:
        return self.season == ALL_TIME

    @cached_property
    def query(self) -> str:
        return "?" if self.is_of_all_time else f"?season={self.season}"

    @property
    def further(self) -> str:
        joint = "" if self.query == "?" else "&"
        return f"{self.query}{joint}after={self.next_place}" if self.next_place else ""


def leaderboard(query: Mapping[str, str]) -> Leaderboard:
    """What makes no sense in an address is the first page of all time."""
    seasons = _seasons()
    asked = query.get("season", "")
    season = int(asked) if asked in map(str, seasons) else ALL_TIME
    after = _read(query.get("after", ""))
    rows = public_standings(season).select_related("fan")
    if after:
        skill, pk, _ = after
        rows = rows.filter(Q(skill__lte=skill) & (Q(skill__lt=skill) | Q(id__gt=pk)))
    found = list(rows[: SIZE + 1])
    first = after[2] + 1 if after else 1
    places = [Place(number, standing) for number, standing in enumerate(found[:SIZE], first)]
    return Leaderboard(season, seasons, places, after is None, _told(places[-1]) if len(found) > SIZE else "")


def summary(viewer: Viewer, season: int) -> SeasonSummary:
    rows = _resolved_in(season).visible_to(viewer).order_by("-resolved_at", "-id")
    found = list(rows.values_list("pk", "outcome", "crowd")[: MOST_COUNTED + 1])
    counts = Counter(outcome for _, outcome, _ in found[:MOST_COUNTED])
    calls = sorted((crowd, pk) for pk, outcome, crowd in found if outcome == Outcome.CONFIRMED and _is_bold(crowd))
    theories = Theory.objects.select_related("author").in_bulk([pk for _, pk in calls[:BEST]])
    return SeasonSummary(
        counts=[(state.value, counts[state]) for state in RESOLVED if counts[state]],
        best=[BestCall(theories[pk], crowd) for crowd, pk in calls[:BEST]],
        is_cut=len(found) > MOST_COUNTED,
    )


def _is_bold(crowd: int | None) -> bool:
    return crowd is not None and crowd < 50


def _resolved_in(season: int) -> TheoryQuerySet:
    begin, end = datetime(season, 1, 1, tzinfo=UTC), datetime(season + 1, 1, 1, tzinfo=UTC)
    resolved = Theory.objects.in_lists().filter(resolved_at__gte=begin, resolved_at__lt=end)
    return resolved.filter(resolved_at__lte=timezone.now())


def _seasons() -> list[int]:
    """The years since the first resolution, the newest first."""
    resolved = Theory.objects.listed().filter(resolved_at__lte=timezone.now()).order_by("resolved_at")
    first = resolved.values_list("resolved_at", flat=True).first()
    this_year = timezone.now().astimezone(UTC).year
    return list(range(this_year, first.astimezone(UTC).year - 1, -1)) if first else []


def _told(place: Place) -> str:
    return f"{place.standing.skill!r},{place.standing.pk},{place.number}"


def _read(words: str) -> tuple[float, int, int] | None:
    """What `_told` said: (skill, id, number); None for anything else."""
    skill, *numbers = words.split(",")
    if len(numbers) != 2 or not all(number.isascii() and number.isdecimal() for number in numbers):
        return None
    try:
        key, (pk, place) = float(skill), (int(number[:20]) for number in numbers)
    except ValueError:
        return None
    return (key, pk, place) if isfinite(key) and pk <= _LARGEST and place < _LARGEST else None
