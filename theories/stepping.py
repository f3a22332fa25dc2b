"""What happens to a theory with very many votes: its counts and ranks move by that alone, from what is stored, instead
of being counted from all rows. `manage.py recount --check` tells whether they still are what the rows say."""

from dataclasses import dataclass
from datetime import datetime
from math import exp

from django.db.models import F

from theories.counting import Counts, hot_parts, recount
from theories.models import BELIEVE, DOUBT, NONE, Theory, Vote
from theories.ranking import TAU, HotPart, Kind, controversy, cooler, seconds, warmer, wilson

STEPS_FROM = 500
"""Votes above which to step: to count them all takes a third of what else a vote takes."""


@dataclass(frozen=True)
class Change:
    """What a vote counted for, what it counts for now, and when it was first cast."""

    before: int
    after: int
    cast_at: datetime
    held: int = 0
    """How many more votes wait for a look."""


def is_stepped(theory: Theory) -> bool:
    return theory.vote_count > STEPS_FROM


def changed_to(value: int, earlier: Vote | None, moment: datetime) -> Change:
    """`earlier`: the fan's row before they voted."""
    if earlier is None:
        return Change(NONE, value, moment)
    if earlier.is_void:
        return Change(NONE, NONE, earlier.cast_at)
    if earlier.is_held:
        return Change(NONE, NONE, earlier.cast_at, bool(value) - bool(earlier.value))
    return Change(earlier.value, value, earlier.cast_at)


def step(theory: Theory, change: Change) -> Counts:
    """`theory` is as its row was read under its lock, which the caller still holds; the vote's row is written."""
    hot = _hot(theory.hot, change)
    if hot is None:
        return recount([theory.pk])[theory.pk]
    believe, doubt = (
        stored + (change.after == value) - (change.before == value)
        for stored, value in ((theory.believe_count, BELIEVE), (theory.doubt_count, DOUBT))
    )
    Theory.objects.filter(pk=theory.pk).update(
        believe_count=believe,
        doubt_count=doubt,
        held_count=theory.held_count + change.held,
        hot=hot,
        top=wilson(believe, doubt),
        controversy=controversy(believe, doubt),
    )
    return Counts(believe, doubt, theory.comment_count, theory.held_count + change.held)


def follow(theory: Theory, kind: Kind, at: datetime, *, comments: int = 0) -> None:
    """Another activity than a vote is new. `comments`: how many more of those that everybody sees. As for `step`."""
    if not is_stepped(theory):
        recount([theory.pk])
        return
    counted = F("comment_count") + comments
    Theory.objects.filter(pk=theory.pk).update(hot=warmer(theory.hot, kind, at), comment_count=counted)


def why_hot(theory: Theory, now: datetime) -> list[HotPart]:
    """What each kind of activity adds to its heat now, most first. Of very many votes what the others leave of it."""
    if not is_stepped(theory):
        return hot_parts(theory, now)
    others = hot_parts(theory, now, with_votes=False)
    # What only time has settled is no part of the heat that is stored.
    stored = [part.heat for part in others if part.kind != Kind.RESOLUTION or not theory.is_settled]
    votes = max(exp(theory.hot - seconds(now) / TAU) - sum(stored), 0.0)
    parts = [*others, HotPart(Kind.VOTE, theory.vote_count, votes)]
    return sorted(parts, key=lambda part: (-part.heat, part.kind))


def _hot(hot: float, change: Change) -> float | None:
    """None where it cannot be told from what is stored."""
    if bool(change.before) == bool(change.after):
        return hot
    return (warmer if change.after else cooler)(hot, Kind.VOTE, change.cast_at)
