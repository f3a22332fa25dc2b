"""The crowd as a pure function, and the database's statement beside it."""

import random
from datetime import timedelta
from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_fan
from tests.factories_theories import make_theory
from theories.clock import now
from theories.counting import crowd_with, differing, recount_crowds
from theories.crowding import UNIT, crowd, is_mark, weight
from theories.models import Forecast, Theory

PERCENTS = st.lists(st.integers(1, 99), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("said", "together"),
    [
        ([], None),
        ([30], 30),
        ([30, 60], 60),  # the newer weighs more
        ([60, 30], 30),
        ([10, 20, 90], 20),  # 0.48, 0.73, 1: half of 2.21 is reached at 20
        ([90, 20, 10], 20),
        ([20, 90, 90], 90),
        ([90] * 3 + [10] * 3, 10),
        ([10] * 100 + [90] * 8, 10),
        ([10] * 100 + [90] * 16, 90),
        ([10] * 400_000 + [70] * 1000, 70),  # far beyond what exp() could weigh
        ([1, 99], 99),
        ([99, 1], 1),
    ],
)
def test_the_crowd(said, together):
    assert crowd(said) == together


def test_the_newest_weighs_one_and_the_nth_as_metaculus_has_it():
    assert weight(7, 7) == UNIT
    assert weight(2, 9) / UNIT == pytest.approx(exp(sqrt(2) - 3), abs=1e-9)
    assert weight(1, 10**6) == 0


@given(PERCENTS)
def test_it_is_what_somebody_said_and_half_of_the_weight_stands_on_each_side(said):
    found = crowd(said)
    weights = [weight(place, len(said)) for place in range(1, len(said) + 1)]
    below, upto = (
        sum(part for part, one in zip(weights, said, strict=True) if keeps(one))
        for keeps in (lambda one: one < found, lambda one: one <= found)
    )
    assert found in said
    assert 2 * below < sum(weights) <= 2 * upto


@given(PERCENTS)
def test_seen_from_the_other_side_it_is_the_same(said):
    assert crowd([100 - one for one in said]) == 100 - crowd(said)


@given(PERCENTS, st.integers(1, 99))
def test_one_more_pulls_it_towards_themselves(said, more):
    before, after = crowd(said), crowd([*said, more])
    assert min(before, more) <= after <= max(before, more) or len(said) > 1


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [(None, 50, False), (50, None, False), (50, 59, False), (50, 60, True), (50, 40, True), (50, 41, False)],
)
def test_a_mark_is_ten_points(before, after, news):
    assert is_mark(before, after, 2) is news
    assert not is_mark(before, after, 1)


# The database


def stands(theory, fan, probability, at, **fields):
    return Forecast.objects.create(theory=theory, fan=fan, probability=probability, made_at=at, **fields)


@pytest.mark.django_db
def test_the_database_agrees_with_the_pure_function(author):
    dice, moment = random.Random(11), now()
    fans = [make_fan(username=f"fan-{number}", is_active=number % 7 != 3) for number in range(25)]
    theories = [make_theory(author) for _ in range(12)]
    for theory in theories:
        stands(theory, author, dice.randint(1, 99), moment)
        for fan in dice.sample(fans, dice.randint(0, 25)):
            at = moment - timedelta(seconds=dice.randint(0, 4))  # many at one moment: the id decides
            ends = dice.choice([None, None, moment])
            stands(theory, fan, dice.randint(1, 99), at, stood_until=ends, is_void=dice.random() < 0.2)
    found = recount_crowds([theory.pk for theory in theories])
    for theory in theories:
        rows = Forecast.objects.standing().of_crowd().filter(theory=theory).order_by("made_at", "id")
        said = list(rows.values_list("probability", flat=True))
        stored = Theory.objects.get(pk=theory.pk)
        assert (stored.crowd, stored.forecast_count) == (crowd(said), len(said))
        assert (found[theory.pk].percent, found[theory.pk].forecasts) == (crowd(said), len(said))
        coming = Forecast(theory=theory, fan=make_fan(username=f"new-{theory.pk}"), probability=77, made_at=moment)
        assert crowd_with(coming).percent == crowd([*said, 77])
    assert differing([theory.pk for theory in theories]) == []


@pytest.mark.django_db
def test_one_statement_for_many(author, django_assert_num_queries):
    ids = [make_theory(author).pk for _ in range(3)]
    with django_assert_num_queries(1):
        recount_crowds(ids)
    with django_assert_num_queries(0):
        assert recount_crowds([]) == {}
