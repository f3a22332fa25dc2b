"""Whether what a fan calls 70 % comes true in seven cases out of ten. Pure.

The band about each bin is a consistency bar (J. Bröcker and L. A. Smith, "Increasing the reliability of reliability
diagrams", Weather and Forecasting 22, 2007): how often things come true in 5 to 95 % of cases for somebody whose word
is exactly right. Theirs are resampled; ours are the quantiles of a binomial with the bin's number and mean probability,
which is a little wider than the truth where the probabilities in a bin differ, never narrower.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import exp, floor, lgamma, log

WIDTH = 10
LOWER, UPPER = 0.05, 0.95
A_FEW = 5
"""Below this others are not told how many."""


@dataclass(frozen=True)
class Bin:
    """Forecasts from `low` to `high` per cent; `mean` of them, in per cent; `hits` of `count` came true. Somebody
    well calibrated has from `fewest` to `most` hits."""

    low: int
    high: int
    count: int
    hits: int
    mean: float
    fewest: int
    most: int

    @property
    def share(self) -> float:
        return 100 * self.hits / self.count

    @property
    def lower(self) -> float:
        return 100 * self.fewest / self.count

    @property
    def upper(self) -> float:
        return 100 * self.most / self.count

    @property
    def is_within(self) -> bool:
        return self.fewest <= self.hits <= self.most


@dataclass(frozen=True)
class Shown:
    """A bin as it is drawn and told, in per cent: where it stands (`said`), the share that came true, and the band."""

    low: int
    high: int
    said: float
    share: float
    lower: float
    upper: float
    is_within: bool
    weight: int
    forecasts: str
    came_true: str
    luck: str


def exactly(bins: Iterable[Bin]) -> list[Shown]:
    return [_exactly(bin) for bin in bins]


def roughly(bins: Iterable[Bin]) -> list[Shown]:
    """As others see them: whoever watched exact numbers around one resolution could read off what the fan had said.
    Bins of a few are left out, numbers go up in fives, and shares and bands in tens."""
    return [_roughly(bin) for bin in bins if bin.count >= A_FEW]


def _exactly(bin: Bin) -> Shown:
    return Shown(
        *(bin.low, bin.high, bin.mean, bin.share, bin.lower, bin.upper, bin.is_within, bin.count, str(bin.count)),
        came_true=f"{bin.hits} ({floor(bin.share + 0.5)} %)",
        luck=f"{bin.fewest} to {bin.most}",
    )


def _roughly(bin: Bin) -> Shown:
    share, lower, upper = (_in_tens(value) for value in (bin.share, bin.lower, bin.upper))
    count = bin.count // A_FEW * A_FEW
    return Shown(
        *(bin.low, bin.high, (bin.low + bin.high) / 2, share, lower, upper, bin.is_within, count),
        forecasts=f"{count} or more",
        came_true=f"about {share} %",
        luck=f"{lower} to {upper} %",
    )


def _in_tens(percent: float) -> int:
    return floor(percent / 10 + 0.5) * 10


def calibration(tallies: Iterable[tuple[int, int, int]]) -> list[Bin]:
    """Of (probability in per cent, how many forecasts said so, how many of them came true); bins that hold something,
    from the lowest up."""
    held: dict[int, list[tuple[int, int, int]]] = {}
    for tally in sorted(tallies):
        held.setdefault(tally[0] // WIDTH, []).append(tally)
    return [_bin(number * WIDTH, rows) for number, rows in held.items()]


def _bin(low: int, rows: list[tuple[int, int, int]]) -> Bin:
    count, hits = sum(row[1] for row in rows), sum(row[2] for row in rows)
    mean = sum(probability * number for probability, number, _ in rows) / count
    fewest, most = (quantile(count, mean / 100, level) for level in (LOWER, UPPER))
    return Bin(max(low, 1), low + WIDTH - 1, count, hits, mean, fewest, most)


def quantile(count: int, chance: float, level: float) -> int:
    """The smallest number of hits that a binomial does not exceed with at least this probability."""
    reached = 0.0
    for hits, part in enumerate(_binomial(count, chance)):
        reached += part
        if reached >= level:
            return hits
    return count


def _binomial(count: int, chance: float) -> Iterator[float]:
    """The probability of 0, 1, … `count` hits; by logarithms, so that no number is too large or too small."""
    for hits in range(count + 1):
        ways = lgamma(count + 1) - lgamma(hits + 1) - lgamma(count - hits + 1)
        yield exp(ways + hits * log(chance) + (count - hits) * log(1 - chance))
