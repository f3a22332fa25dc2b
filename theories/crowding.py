"""The crowd: what standing forecasts amount to together. A pure twin of the statement in `theories.counting_sql`,
exact in both: weights are whole numbers, so no sum depends on the order in which it was made.

The weighting is Metaculus' recency weighting (`RecencyWeighted` in utils/the_math/aggregations.py of the published
source, github.com/Metaculus/metaculus; told in its FAQ under "How is the community prediction calculated?"): of N
forecasts, the oldest first, the n-th weighs e^(√n − √N). The crowd is their weighted median.
"""

from collections.abc import Sequence
from math import exp, sqrt

UNIT = 1_000_000_000
"""The newest forecast's weight. What weighs less than half a billionth of that weighs nothing."""
FAINTEST = -30.0
"""No exponent below this is asked for: PostgreSQL does not let exp() run into 0, and it weighs nothing anyway."""
MARK = 10
"""Points by which a crowd that has moved is news."""
COMPANY = 2
"""Fans of whom there can be a crowd: one alone only changes their own mind."""


def weight(place: int, count: int) -> int:
    """Of the forecast at this place, 1 being the oldest of `count`."""
    age = sqrt(place) - sqrt(count)
    return round(UNIT * exp(age)) if age > FAINTEST else 0


def crowd(probabilities: Sequence[int]) -> int | None:
    """The smallest probability, in per cent, at which half of the weight is reached; None without forecasts.

    `probabilities`: whole per cents of those who count, in the order in which they were made, the oldest first.
    """
    count, weights = len(probabilities), dict.fromkeys(sorted(probabilities), 0)
    for place, probability in enumerate(probabilities, 1):
        weights[probability] += weight(place, count)
    half, reached = sum(weights.values()) / 2, 0
    for probability, part in weights.items():
        reached += part
        if reached >= half:
            return probability
    return None


def is_mark(before: int | None, after: int | None, forecasts: int) -> bool:
    """Whether the crowd, now of so many `forecasts`, has moved far enough since its last mark (`before`). Its first
    word is where it starts from, no move.

    Each fan's first mark heats their theory and no later one does (`ForecastQuerySet.marks` and, in SQL, `mark` in
    `theories.counting_sql`): else one fan who swings between 1 and 99 could keep a theory hot for good. Their later
    marks are still marks, so that where they have swung to is where the next move is measured from: an honest forecast
    after a swing is no news. So a fan's forecasts heat a theory by one mark at most, as their vote does by one; a new
    account's by none (`theories.forecasting`).
    """
    is_far = before is not None and after is not None and abs(after - before) >= MARK
    return is_far and forecasts >= COMPANY
