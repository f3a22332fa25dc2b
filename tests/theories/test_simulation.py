"""Do the scores tell good from lucky? Fans of known skill forecast theories of known chance, the same at every run.

Some fans pick toss-ups and others sure things, so that a raw Brier score says more of what was picked than of who
picked. True skill is over the same theories for all.
"""

from dataclasses import dataclass
from math import exp
from random import Random
from statistics import fmean

import pytest

from theories.calibration import calibration
from theories.crowding import crowd
from theories.skill import LEAST_RESOLVED, K, skill_of

FANS = 200
TOSS_UPS, SURE_THINGS = 0.4, 4.0
"""How far theories lie from even chances, in log-odds."""


@dataclass(frozen=True)
class Simulated:
    """`rows`: (brier, crowd's brier) of forty resolved forecasts."""

    skill: float
    rows: list[tuple[float, float]]

    def differences(self, count):
        return [others - own for own, others in self.rows[:count]]


@pytest.fixture(scope="module")
def fans():
    random = Random(4)
    noises = [random.uniform(0.1, 2.4) for _ in range(FANS)]

    def say(noise, log_odds):
        return min(99, max(1, round(100 * chance(log_odds + random.gauss(0, noise)))))

    def forecast(noise, width):
        log_odds = random.gauss(0, width)
        others = crowd([say(random.choice(noises), log_odds) for _ in range(7)])
        return chance(log_odds), say(noise, log_odds) / 100, others / 100

    def simulated(noise):
        known = [forecast(noise, width) for width in (TOSS_UPS, SURE_THINGS) * 75]
        picked = random.choice((TOSS_UPS, SURE_THINGS))
        lived = [
            (random.random() < odds, own, others) for odds, own, others in (forecast(noise, picked) for _ in "x" * 40)
        ]
        return Simulated(
            fmean((others - odds) ** 2 - (own - odds) ** 2 for odds, own, others in known),
            [((own - fact) ** 2, (others - fact) ** 2) for fact, own, others in lived],
        )

    return [simulated(noise) for noise in noises]


def chance(log_odds):
    return 1 / (1 + exp(-log_odds))


def agreement(one, other):
    """Kendall's τ: 1 for the same order, 0 for none in common."""
    pairs = [(a, b) for b in range(len(one)) for a in range(b)]
    return fmean(sign((one[a] - one[b]) * (other[a] - other[b])) for a, b in pairs)


def sign(number):
    return (number > 0) - (number < 0)


def test_skill_orders_fans_better_than_their_raw_scores_do(fans):
    truth = [fan.skill for fan in fans]
    by_skill = agreement([skill_of(fan.differences(10)).skill for fan in fans], truth)
    by_brier = agreement([-fmean(own for own, _ in fan.rows[:10]) for fan in fans], truth)
    assert by_skill > by_brier + 0.05


@pytest.mark.parametrize("count", [LEAST_RESOLVED, 10, 20, 40])
def test_the_interval_holds_as_often_as_it_says(fans, count):
    held = fmean(found.low <= fan.skill <= found.high for fan in fans if (found := skill_of(fan.differences(count))))
    assert 0.85 <= held <= 0.95, held


@pytest.mark.parametrize("count", [LEAST_RESOLVED, 10])
def test_shrinking_comes_closer_to_the_truth(fans, count):
    shrunk = fmean((skill_of(fan.differences(count)).skill - fan.skill) ** 2 for fan in fans)
    plain = fmean((skill_of(fan.differences(count)).skill * (count + K) / count - fan.skill) ** 2 for fan in fans)
    assert shrunk < plain / 2


def test_the_bands_hold_those_who_are_right_about_how_sure_they_are():
    random = Random(5)
    bins = []
    for _ in range(FANS):
        said = [random.randint(1, 99) for _ in range(60)]
        bins += calibration((probability, 1, int(random.random() < probability / 100)) for probability in said)
    held = fmean(found.is_within for found in bins)
    assert 0.9 <= held <= 0.98, held


def test_the_bands_do_not_hold_those_who_are_too_sure():
    random = Random(6)
    said = [(90, 1, int(random.random() < 0.6)) for _ in range(40)]
    assert not calibration(said)[0].is_within
