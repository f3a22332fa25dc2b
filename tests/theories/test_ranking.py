from datetime import UTC, datetime, timedelta
from math import exp, log

import pytest

from theories.ranking import TAU, Activity, Kind, controversy, hot, wilson

START = datetime(2026, 1, 1, tzinfo=UTC)


# The bounds are the smaller roots of (share − p)² = z²·p·(1 − p)/n, found by halving with 40 digits.
@pytest.mark.parametrize(
    ("believe", "doubt", "bound"),
    [
        (0, 0, 0.0),
        (1, 0, 0.3784297237),
        (0, 1, 0.0),
        (10, 0, 0.8589221590),
        (50, 50, 0.4364398611),
        (900, 100, 0.8871780309),
    ],
)
def test_lower_bound_of_the_share(believe, doubt, bound):
    assert wilson(believe, doubt) == pytest.approx(bound, abs=1e-9)


def test_more_votes_of_the_same_share_make_it_surer():
    assert wilson(1, 0) < wilson(10, 0) < wilson(100, 0) < 1


@pytest.mark.parametrize(
    ("believe", "doubt", "value"),
    [
        (0, 0, 0),
        (9, 0, 0),
        (0, 9, 0),
        (1, 1, 2),
        (4, 4, 8),
        (4, 2, 6**0.5),
        (2, 4, 6**0.5),
        (100, 1, 101**0.01),
    ],
)
def test_controversy(believe, doubt, value):
    assert controversy(believe, doubt) == pytest.approx(value)


def test_nothing_is_not_hot():
    assert hot([]) == 0


def test_heat_of_one_row_is_its_age_and_weight():
    assert hot([Activity(Kind.OPENING, START)]) == pytest.approx(START.timestamp() / TAU + log(10))


def test_heat_is_the_logarithm_of_the_sum():
    rows = [Activity(Kind.OPENING, START), Activity(Kind.VOTE, START + timedelta(days=1))]
    parts = 10 + exp(timedelta(days=1).total_seconds() / TAU)
    assert hot(rows) == pytest.approx(START.timestamp() / TAU + log(parts))


def test_activity_fades_by_half_in_three_days():
    old = [Activity(Kind.OPENING, START)]
    new = [Activity(Kind.VOTE, START + timedelta(days=3))] * 5
    assert hot(old) == pytest.approx(hot(new))


def test_a_century_apart_neither_overflows_nor_vanishes():
    rows = [Activity(Kind.VOTE, START), Activity(Kind.VOTE, START + timedelta(days=36500))]
    assert hot(rows) == pytest.approx(hot(rows[1:]))
