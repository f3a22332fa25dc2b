"""Scores, skill and calibration: worked by hand where that can be done, against the plain definition elsewhere."""

from datetime import UTC, date, datetime, timedelta
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theories.calibration import calibration, quantile
from theories.crowding import crowd
from theories.scoring import NOBODY, Stood, crowds_without_each, results, scored_until
from theories.skill import Skill, points, skill_of

OPENED = datetime(2026, 1, 1, tzinfo=UTC)
END = OPENED + timedelta(days=100)
AUTHOR, FAN, OTHER, THIRD = 1, 2, 3, 4


def day(number):
    return OPENED + timedelta(days=number)


def scored(*forecasts, came_true=True, of=FAN):
    found = results(forecasts, opened_at=OPENED, end=END, came_true=came_true, author_id=AUTHOR)
    return next((result for result in found if result.fan_id == of), None)


@pytest.mark.parametrize(
    ("forecasts", "came_true", "brier", "crowd_brier"),
    [
        # (0.7 − 1)²; nobody else: 50 %.
        ([Stood(FAN, 70, OPENED)], True, 0.09, 0.25),
        ([Stood(FAN, 70, OPENED)], False, 0.49, 0.25),
        # What stood later is averaged over the time it stood, not over all of it.
        ([Stood(FAN, 90, day(60))], True, 0.01, 0.25),
        # A change half-way: (0.16 + 0.04) / 2.
        ([Stood(FAN, 60, OPENED, day(50)), Stood(FAN, 80, day(50))], True, 0.10, 0.25),
        # Taken back after 10 days, another for the last 30: (10 · 0.25 + 30 · 0.01) / 40.
        ([Stood(FAN, 50, OPENED, day(10)), Stood(FAN, 90, day(70))], True, 0.07, 0.25),
        # Somebody else said 80 % from half-way on: the crowd is 50 %, then 80 %.
        ([Stood(FAN, 70, OPENED), Stood(OTHER, 80, day(50))], True, 0.09, 0.145),
        # … and took it back at day 75.
        ([Stood(FAN, 70, OPENED), Stood(OTHER, 80, day(50), day(75))], True, 0.09, 0.1975),
        # The author is not the crowd.
        ([Stood(AUTHOR, 99, OPENED), Stood(FAN, 70, OPENED)], True, 0.09, 0.25),
        # Of two the newer outweighs the older.
        ([Stood(OTHER, 90, OPENED), Stood(FAN, 70, OPENED), Stood(THIRD, 40, day(0))], True, 0.09, 0.36),
    ],
)
def test_worked_by_hand(forecasts, came_true, brier, crowd_brier):
    result = scored(*forecasts, came_true=came_true)
    assert result.brier == pytest.approx(brier, abs=1e-15)
    assert result.crowd_brier == pytest.approx(crowd_brier, abs=1e-15)
    assert result.difference == result.crowd_brier - result.brier


def test_what_is_said_after_the_end_scores_nothing():
    assert scored(Stood(FAN, 99, END)) is None
    assert scored(Stood(FAN, 99, day(3), day(3))) is None
    late = scored(Stood(FAN, 60, day(90), END + timedelta(days=1)), Stood(FAN, 99, END + timedelta(days=1)))
    assert (late.last, late.lasted, late.brier) == (60, timedelta(days=10).total_seconds(), 0.16)


def test_the_author_is_scored_against_the_crowd():
    result = scored(Stood(AUTHOR, 80, OPENED), Stood(FAN, 60, day(50)), of=AUTHOR)
    assert (result.brier, result.crowd_brier) == (pytest.approx(0.04), pytest.approx((0.25 + 0.16) / 2))


@pytest.mark.parametrize(
    ("happened_on", "closes_at", "expected"),
    [
        (None, None, day(30)),
        (date(2026, 1, 11), None, day(10)),  # the start of that day, UTC
        (date(2026, 3, 1), day(20), day(20)),
        (date(2026, 3, 1), None, day(30)),
    ],
)
def test_the_end_of_scoring(happened_on, closes_at, expected):
    assert scored_until(day(30), happened_on, closes_at) == expected


per_cents = st.integers(1, 99)


@given(st.lists(per_cents | st.sampled_from([20, 50, 80]), max_size=40))
def test_the_crowd_without_each_is_the_crowd_of_the_others(probabilities):
    others = [probabilities[:place] + probabilities[place + 1 :] for place in range(len(probabilities))]
    assert crowds_without_each(probabilities) == [crowd(rest) or NOBODY for rest in others]


forecast = st.tuples(st.integers(1, 6), per_cents, st.integers(0, 110), st.integers(0, 40))


@st.composite
def histories(draw):
    """Of six fans, of whom fan 1 is the author: each fan's forecasts one after the other, some taken back."""
    rows, free = [], {}
    for fan, probability, at, length in sorted(draw(st.lists(forecast, max_size=15)), key=lambda row: row[2]):
        if at >= free.get(fan, 0):
            free[fan] = at + length
            rows.append(Stood(fan, probability, day(at), day(at + length) if length else None))
            if not length:
                free[fan] = 1000
    return rows


@given(histories(), st.booleans())
def test_scores_are_what_the_definition_says(rows, came_true):
    """Day by day, each fan beside the crowd of all others' forecasts that stand."""
    aim = 1 if came_true else 0
    for fan in range(1, 7):
        own, others = [], []
        for number in range(100):
            standing = [row for row in rows if row.since <= day(number) < (row.until or END)]
            mine = [row.probability for row in standing if row.fan_id == fan]
            rest = [row.probability for row in standing if row.fan_id not in {fan, AUTHOR}]
            if mine:
                own.append((mine[0] / 100 - aim) ** 2)
                others.append(((crowd(rest) or NOBODY) / 100 - aim) ** 2)
        result = scored(*rows, came_true=came_true, of=fan)
        assert (result is None) == (not own)
        if result:
            assert result.brier == pytest.approx(sum(own) / len(own))
            assert result.crowd_brier == pytest.approx(sum(others) / len(own))
            assert result.lasted == len(own) * 86_400


def test_skill_is_hidden_below_five():
    assert skill_of([0.1] * 4) is None
    found = skill_of([0.1] * 5)
    # 5/15 · 0.1; s² = 5 · 0.2² / 9; the reach 1.6449 · s / √15.
    assert found.skill == pytest.approx(0.1 / 3)
    assert found.high - found.skill == pytest.approx(found.skill - found.low) == pytest.approx(0.0633, abs=1e-4)
    assert not found.is_sure
    assert skill_of([0.1] * 100).is_sure


@pytest.mark.parametrize(
    ("skill", "sentence"),
    [
        (
            Skill(12, 0.041, -0.012, 0.094),
            "After 12 resolved forecasts, better than the crowd by about 0.04; "
            "we are 90 % sure that the difference lies between −0.01 and 0.09.",
        ),
        (
            Skill(5, -0.041, -0.1, 0.001),
            "After 5 resolved forecasts, worse than the crowd by about 0.04; "
            "we are 90 % sure that the difference lies between −0.10 and 0.00.",
        ),
        (
            Skill(7, 0.004, -0.004, 0.012),
            "After 7 resolved forecasts, about as good as the crowd; "
            "we are 90 % sure that the difference lies between 0.00 and 0.01.",
        ),
    ],
)
def test_the_sentence(skill, sentence):
    assert skill.sentence == sentence


def test_points_have_a_real_minus():
    assert [points(value) for value in (0.126, -0.126, -0.001)] == ["0.13", "−0.13", "0.00"]


def test_bins_of_the_calibration():
    first, middle, last = calibration([(70, 2, 1), (5, 3, 0), (79, 2, 2), (99, 1, 1)])
    assert (first.low, first.high, first.count, first.hits, first.mean) == (1, 9, 3, 0, 5)
    assert (middle.low, middle.high, middle.count, middle.share, middle.mean) == (70, 79, 4, 75, 74.5)
    assert (last.low, last.high, last.fewest, last.most) == (90, 99, 1, 1)
    assert middle.is_within
    assert not calibration([(90, 10, 3)])[0].is_within
    assert calibration([]) == []


@pytest.mark.parametrize("level", [0.05, 0.95])
@pytest.mark.parametrize(("count", "chance"), [(1, 0.5), (7, 0.03), (20, 0.745), (60, 0.99)])
def test_quantiles_of_the_binomial_are_exact(count, chance, level):
    def at_most(hits):
        return sum(comb(count, k) * chance**k * (1 - chance) ** (count - k) for k in range(hits + 1))

    found = quantile(count, chance, level)
    assert at_most(found) >= level
    assert not found or at_most(found - 1) < level


def test_many_forecasts_do_not_run_into_nought():
    assert 900 < quantile(100_000, 0.01, 0.05) < 1000 < quantile(100_000, 0.01, 0.95) < 1100
