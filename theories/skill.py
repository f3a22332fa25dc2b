"""What a fan's scores say about the fan: skill against the crowd, with how sure we are of it. Pure.

A difference d is the crowd's Brier score minus the fan's on one theory (`theories.scoring`). Luck is most of it: what
nobody can foresee makes it swing by about 0.15 to 0.2 a theory, while fans differ by a few hundredths. A few
differences are therefore pulled towards 0, which is what we would say of a fan we know nothing of:

    skill = n / (n + K) · mean(d)        interval = skill ± Z · s / √(n + K)

This is the mean and spread of a normal mean with a normal prior about 0, K = (variance of one difference) / (variance
between fans), shrinkage as in B. Efron and C. Morris, "Stein's paradox in statistics", Scientific American 236, 1977.
s² = (ν·s₀² + Σ(d − mean)²) / (ν + n − 1): a variance that starts from the usual one and gives way to the fan's own,
since five differences that happen to be alike prove nothing.

K, ν and s₀ were chosen by the simulation that tests/theories/test_simulation.py keeps: fans of known skill on theories
of known chance, 8 worlds of 200 fans. The larger K, the smaller the error of the skill (at ten forecasts 0.070 for
K = 0, 0.043 for 10, 0.039 for 20), but from 12 on the interval held the true skill too seldom, since crowds are wiser
than most who make them up and 0 is a friendly guess. With K = 10, ν = 5 and s₀ = 0.2 it held in 92, 90, 90 and 89 % of
cases at 5, 10, 20 and 40 forecasts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

LEAST_RESOLVED = 5
"""Below this nothing is said of a fan's skill."""
K = 10
Z = 1.6449
"""The normal quantile of an interval that holds in 90 % of cases."""
USUAL_SPREAD = 0.2
USUAL_WEIGHT = 5
"""s₀ and ν: the usual spread of a difference, and for how many of the fan's own it counts."""


@dataclass(frozen=True)
class Skill:
    """In Brier points; above 0: better than the crowd of the same time without the fan."""

    resolved: int
    skill: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """The interval does not hold 0."""
        return self.low > 0 or self.high < 0

    @property
    def told(self) -> str:
        """With its sign, as a leaderboard has it."""
        return f"+{points(self.skill)}" if round(self.skill, 2) > 0 else points(self.skill)

    @property
    def interval(self) -> str:
        return f"{points(self.low)} to {points(self.high)}"

    @property
    def sentence(self) -> str:
        return (
            f"After {self.resolved} resolved forecasts, {_compared(self.skill)}; "
            f"we are 90 % sure that the difference lies between {points(self.low)} and {points(self.high)}."
        )


def skill_of(differences: Sequence[float]) -> Skill | None:
    """None below LEAST_RESOLVED."""
    count = len(differences)
    if count < LEAST_RESOLVED:
        return None
    mean = fsum(differences) / count
    squares = fsum((difference - mean) ** 2 for difference in differences)
    spread = sqrt((USUAL_WEIGHT * USUAL_SPREAD**2 + squares) / (USUAL_WEIGHT + count - 1))
    shrunk, reach = fsum(differences) / (count + K), Z * spread / sqrt(count + K)
    return Skill(count, shrunk, shrunk - reach, shrunk + reach)


def points(value: float) -> str:
    """Two decimals and a real minus sign; no minus before nought."""
    rounded = round(value, 2)
    return f"−{-rounded:.2f}" if rounded < 0 else f"{abs(rounded):.2f}"


def _compared(skill: float) -> str:
    if not round(skill, 2):
        return "about as good as the crowd"
    return f"{'better' if skill > 0 else 'worse'} than the crowd by about {points(abs(skill))}"
