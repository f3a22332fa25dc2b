"""How right a fan was about a theory: Brier's score over the time in which their forecasts stood, beside that of the
crowd of the same time. Pure: no rows, no requests.

Brier's score of a probability p for what came true (o = 1) or did not (o = 0) is (p − o)²: 0 for somebody sure and
right, 1 for somebody sure and wrong, 0.25 for somebody who shrugs (G. W. Brier, "Verification of forecasts expressed
in terms of probability", Monthly Weather Review 78, 1950).

Times are counted in whole microseconds and probabilities in whole per cents, so that every sum is exact: the same rows
give the same bits, in whatever order they are added up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise

from theories.crowding import crowd, weight

NOBODY = 50
"""The crowd, in per cent, where nobody else has spoken."""
_SCALE = 100 * 100
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Stood:
    """One forecast, in per cent, and the time in which it was its fan's word; `until` None: to the end."""

    fan_id: int
    probability: int
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Result:
    """`brier` and `crowd_brier`: averages from 0 to 1 over the `lasted` seconds that were scored. `last`: the
    last probability among those, in per cent."""

    fan_id: int
    brier: float
    crowd_brier: float
    last: int
    lasted: float

    @property
    def difference(self) -> float:
        """Above 0: better than the crowd."""
        return self.crowd_brier - self.brier


def scored_until(closed_at: datetime, happened_on: date | None, closes_at: datetime | None) -> datetime:
    """From here on a forecast is no longer one: votes are closed, it was due, or the day has begun (UTC) on which the
    world could know."""
    known = start_of(happened_on) if happened_on else None
    return min(moment for moment in (closed_at, known, closes_at) if moment is not None)


def start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def results(
    forecasts: Sequence[Stood], *, opened_at: datetime, end: datetime, came_true: bool, author_id: int
) -> list[Result]:
    """Everybody's score, by fan id; nobody's whose forecasts stood for no time at all.

    `forecasts`: those that count, in the order in which they were made, the oldest first, and of each fan one at a
    time. The author is scored, but is not the crowd.
    """
    distances = [(probability - (100 if came_true else 0)) ** 2 for probability in range(101)]
    rows = [clipped for row in forecasts if (clipped := _clipped(row, opened_at, end))]
    areas = _crowd_areas(rows, author_id, distances)
    tallies: dict[int, _Tally] = {}
    for row, area in zip(rows, areas, strict=True):
        tally = tallies.setdefault(row.fan_id, _Tally())
        length = (row.until - row.since) // _TICK
        tally.lasted += length
        tally.own += length * distances[row.probability]
        tally.crowd += area
        tally.last = row.probability
    return [tallies[fan_id].result(fan_id) for fan_id in sorted(tallies)]


@dataclass
class _Tally:
    """Areas below the squared distances, in microseconds × per cent²."""

    own: int = 0
    crowd: int = 0
    lasted: int = 0
    last: int = 0

    def result(self, fan_id: int) -> Result:
        area = self.lasted * _SCALE
        return Result(fan_id, self.own / area, self.crowd / area, self.last, self.lasted / 1_000_000)


def _clipped(row: Stood, opened_at: datetime, end: datetime) -> Stood | None:
    since, until = max(row.since, opened_at), min(row.until or end, end)
    return Stood(row.fan_id, row.probability, since, until) if since < until else None


def _crowd_areas(rows: Sequence[Stood], author_id: int, distances: Sequence[int]) -> list[int]:
    """For each forecast the area below the squared distance of all others' crowd, while it stood."""
    areas = [0] * len(rows)
    for length, standing in _stretches(rows):
        members = [number for number in standing if rows[number].fan_id != author_id]
        probabilities = [rows[number].probability for number in members]
        for number, others in zip(members, crowds_without_each(probabilities), strict=True):
            areas[number] += length * distances[others]
        if len(members) < len(standing):
            (own,) = set(standing) - set(members)
            areas[own] += length * distances[crowd(probabilities) or NOBODY]
    return areas


def _stretches(rows: Sequence[Stood]) -> Iterator[tuple[int, Sequence[int]]]:
    """Time, cut wherever a forecast comes or goes: (length, the numbers of those that stand, the oldest first)."""
    changes = sorted(
        change for number, row in enumerate(rows) for change in [(row.since, number, True), (row.until, number, False)]
    )
    standing: dict[int, None] = {}
    for (at, number, comes), (following, _, _) in pairwise(changes):
        if comes:
            standing[number] = None
        else:
            del standing[number]
        if at < following:
            yield (following - at) // _TICK, list(standing)


def crowds_without_each(probabilities: Sequence[int]) -> list[int]:
    """For each of them, oldest first, what `theories.crowding.crowd` says of the others; NOBODY where there are none.

    Each leaves its place to the next: from one to the following only two weights change, and the median moves a few
    per cents at most. What such changes add up to is never more than the largest weight: where half lies
    further away than that, it is the same median for all.
    """
    if len(probabilities) < 2:
        return [NOBODY] * len(probabilities)
    weights = _weights(len(probabilities) - 1)
    half, parts = sum(weights) / 2, [0] * 101
    for probability, part in zip(probabilities[1:], weights, strict=True):
        parts[probability] += part
    median, below = _settle(parts, 0, 0, half)
    if below + weights[-1] < half <= below + parts[median] - weights[-1]:
        return [median] * len(probabilities)
    found = [median]
    for part, (came, went) in zip(weights, pairwise(probabilities), strict=True):
        parts[came] += part
        parts[went] -= part
        below += part * ((came < median) - (went < median))
        median, below = _settle(parts, median, below, half)
        found.append(median)
    return found


def _settle(parts: Sequence[int], median: int, below: int, half: float) -> tuple[int, int]:
    """Where half is reached, and what lies below that; from where it was before."""
    while below >= half:
        median -= 1
        below -= parts[median]
    while below + parts[median] < half:
        below += parts[median]
        median += 1
    return median, below


@lru_cache(maxsize=2)
def _weights(count: int) -> tuple[int, ...]:
    return tuple(weight(place, count) for place in range(1, count + 1))
