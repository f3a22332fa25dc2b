"""Theories of the past, and what fans said of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from tests.factories import make_fan
from tests.factories_theories import make_theory, resolved
from theories.models import Comment, Forecast, Score, Standing, Theory, Vote
from theories.ranking import Activity, Kind
from theories.scoring_rows import restand, score_theory

OPENED = datetime(2025, 6, 1, tzinfo=UTC)
CLOSED = OPENED + timedelta(days=100)


def day(number: float) -> datetime:
    return OPENED + timedelta(days=number)


def make_past(author: User, outcome: str = "confirmed", *, at: datetime = CLOSED, **columns: Any) -> Theory:
    """Open for a hundred days, and resolved when it closed."""
    return make_theory(author, set_to={"opened_at": OPENED, **resolved(outcome, at), **columns})


def say(fan: User, theory: Theory, probability: int, since: float = 0, until: float | None = None) -> Forecast:
    """A forecast that stood from one day of the theory's life to another."""
    ended = None if until is None else day(until)
    return Forecast.objects.create(
        theory=theory, fan=fan, probability=probability, made_at=day(since), stood_until=ended
    )


def make_scores(fan: User, differences: list[float], season: int = 2025) -> list[Score]:
    """Of as many theories, without forecasts; and the standings that follow."""
    writer = make_fan(username=f"writer-{fan.username}-{season}")
    for difference in differences:
        at = datetime(season, 9, 1, tzinfo=UTC)
        score = {"brier": 0.25 - difference, "crowd_brier": 0.25, "last": 70, "came_true": True, "lasted": 1}
        Score.objects.create(theory=make_past(writer, at=at), fan=fan, season=season, **score)
    restand([fan.pk])
    return list(Score.objects.filter(fan=fan))


def make_standing(fan: User, skill: float, season: int = 0) -> Standing:
    return Standing.objects.create(
        fan=fan, season=season, resolved=12, brier=0.2, skill=skill, low=skill - 0.05, high=skill + 0.05
    )


def score(theory: Theory) -> list[int]:
    fans = score_theory(theory.pk)
    restand(fans)
    return fans


def activities(theory: Theory) -> Iterator[Activity]:
    """The rows that make it hot, one by one: what the database's sums are held against."""
    if theory.opened_at:
        yield Activity(Kind.OPENING, theory.opened_at)
    if theory.resolved_at and theory.is_resolved:
        yield Activity(Kind.RESOLUTION, theory.resolved_at)
    for at in Vote.objects.standing().filter(theory=theory).values_list("cast_at", flat=True):
        yield Activity(Kind.VOTE, at)
    for at in Comment.objects.standing().filter(theory=theory).values_list("created_at", flat=True):
        yield Activity(Kind.COMMENT, at)
    for at in Forecast.objects.marks().filter(theory=theory).values_list("made_at", flat=True):
        yield Activity(Kind.CROWD, at)
