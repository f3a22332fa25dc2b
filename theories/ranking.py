"""What orders theories: pure functions of counts and times. `theories.counting` has the database compute them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import exp, log, log1p, sqrt

Z = 1.2816
"""The normal quantile of the lower bound: 90 % sure that the true share is not below it."""
HALF_LIFE = 3 * 24 * 60 * 60
TAU = HALF_LIFE / log(2)
"""Seconds in which activity fades to 1/e."""
_MOST_TAKEN = 0.5


class Kind(StrEnum):
    OPENING = "opening"
    VOTE = "vote"
    COMMENT = "comment"
    RESOLUTION = "resolution"
    CROWD = "crowd"

    @property
    def label(self) -> str:
        return {
            "opening": "Its opening",
            "vote": "Votes",
            "comment": "Comments",
            "resolution": "Its resolution",
            "crowd": "The crowd changing its mind",
        }[self]


WEIGHTS = {Kind.OPENING: 10, Kind.VOTE: 1, Kind.COMMENT: 2, Kind.RESOLUTION: 20, Kind.CROWD: 5}


@dataclass(frozen=True)
class Activity:
    kind: Kind
    at: datetime


@dataclass(frozen=True)
class HotPart:
    """`heat` is what is left of these rows' weights by now."""

    kind: Kind
    rows: int
    heat: float


def wilson(believe: int, doubt: int) -> float:
    """Lower bound of Wilson's score interval for the share that believes (Wilson 1927); 0 without votes."""
    votes = believe + doubt
    if not votes:
        return 0.0
    share = believe / votes
    spread = Z * sqrt((share * (1 - share) + Z * Z / (4 * votes)) / votes)
    return (share + Z * Z / (2 * votes) - spread) / (1 + Z * Z / votes)


def controversy(believe: int, doubt: int) -> float:
    """`(b+d)^(min/max)`; where all are of one mind, 0."""
    smaller, larger = sorted((believe, doubt))
    return float((believe + doubt) ** (smaller / larger)) if smaller else 0.0


def hot(activities: Iterable[Activity]) -> float:
    """`ln Σ wᵢ·e^(tᵢ/τ)`, summed relative to the latest moment so that nothing overflows; 0 without activity.

    It grows with time alone, so it can be kept and sorted by: all fade alike.
    """
    rows = [(WEIGHTS[activity.kind], seconds(activity.at)) for activity in activities]
    if not rows:
        return 0.0
    latest = max(at for _, at in rows)
    return latest / TAU + log(sum(weight * exp((at - latest) / TAU) for weight, at in rows))


def warmer(hot: float, kind: Kind, at: datetime) -> float:
    """`hot` with one activity more: `H + ln(1 + w·e^(t/τ − H))`, in a form that nothing overflows."""
    added = log(WEIGHTS[kind]) + seconds(at) / TAU
    return max(hot, added) + log1p(exp(-abs(hot - added)))


def cooler(hot: float, kind: Kind, at: datetime) -> float | None:
    """`hot` with one activity less; None where that activity is most of it: too little would be left to be exact."""
    share = exp(min(log(WEIGHTS[kind]) + seconds(at) / TAU - hot, 0.0))
    return hot + log1p(-share) if share < _MOST_TAKEN else None


def seconds(moment: datetime) -> float:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
