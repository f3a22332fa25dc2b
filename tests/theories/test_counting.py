import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import hooks as account_hooks
from accounts.leaving import erase
from accounts.suspending import reopen, suspend
from accounts.trust import Level
from tests.factories import make_fan
from tests.factories_theories import make_comment, make_draft, make_theory, make_vote, resolved
from tests.theories.recording import activities
from theories.counting import differing, hot_parts, recount
from theories.crowding import crowd
from theories.forecasting import make
from theories.guarding import look_at_all
from theories.models import Comment, Forecast, Theory, Vote
from theories.ranking import HALF_LIFE, WEIGHTS, Activity, Kind, controversy, hot, wilson
from theories.registrations import rescope_theory
from theories.voiding import count_all_of, count_held, void_all_of, void_held
from theories.voting import cast

pytestmark = pytest.mark.django_db


def stored(theory):
    return Theory.objects.get(pk=theory.pk)


def test_counts_are_what_the_rows_say(theory, fan, other):
    make_vote(fan, theory, 1)
    make_vote(other, theory, -1)
    make_comment(fan, theory)
    assert (stored(theory).believe_count, stored(theory).doubt_count, stored(theory).comment_count) == (
        1,
        1,
        1,
    )


@pytest.mark.parametrize("change", [{"value": 0}, {"is_void": True}])
def test_withdrawn_and_void_votes_count_for_nothing(theory, fan, change):
    make_vote(fan, theory)
    before = make_theory(theory.author, set_to={"opened_at": theory.opened_at}).hot
    Vote.objects.update(**change)
    recount([theory.pk])
    assert stored(theory).believe_count == 0
    assert stored(theory).hot == pytest.approx(before, abs=1e-9)


def test_votes_of_somebody_suspended_count_for_nothing_until_they_are_back(theory, fan):
    make_vote(fan, theory)
    for is_active, count in ((False, 0), (True, 1)):
        fan.is_active = is_active
        fan.save(update_fields=["is_active"])
        for hook in account_hooks.fan_suspended:
            hook(fan)
        assert stored(theory).believe_count == count


@pytest.mark.parametrize("change", [{"is_hidden": True}, {"deleted_at": datetime(2026, 1, 1, tzinfo=UTC)}])
def test_comments_that_are_gone_count_for_nothing(theory, fan, change):
    make_comment(fan, theory)
    Comment.objects.update(**change)
    recount([theory.pk])
    assert stored(theory).comment_count == 0


def test_a_comment_that_gives_away_more_than_the_theory_is_not_counted_on_its_card(theory, fan):
    make_comment(fan, theory, scope=0)
    make_comment(fan, theory, scope=4)
    assert stored(theory).comment_count == 1
    rescope_theory(theory, 4)
    assert stored(theory).comment_count == 2
    assert differing([theory.pk]) == []


def test_the_database_agrees_with_the_pure_functions(author, fan):
    dice = random.Random(7)
    voters = [make_fan(username=f"voter-{number}") for number in range(12)]
    for _ in range(6):
        theory = make_theory(author)
        moment = timezone.now().replace(microsecond=0)
        for voter in dice.sample(voters, dice.randint(0, 12)):
            at = moment - timedelta(milliseconds=dice.randint(0, 10**10))
            Vote.objects.create(fan=voter, theory=theory, value=dice.choice([1, 0, -1]), cast_at=at, changed_at=at)
        for _ in range(dice.randint(0, 4)):
            said = make_comment(fan, theory)
            Comment.objects.filter(pk=said.pk).update(
                created_at=moment - timedelta(milliseconds=dice.randint(0, 10**12))
            )
        recount([theory.pk])
        found = stored(theory)
        assert found.hot == pytest.approx(hot(activities(found)), abs=1e-9)
        assert heat_by_kind(hot_parts(found, moment)) == heats_of_rows(found, moment)
        assert found.top == pytest.approx(wilson(found.believe_count, found.doubt_count), abs=1e-9)
        assert found.controversy == pytest.approx(controversy(found.believe_count, found.doubt_count), abs=1e-9)
        assert found.believe_count == Vote.objects.standing().filter(theory=theory, value=1).count()


def heat_by_kind(parts):
    return {part.kind: (part.rows, pytest.approx(part.heat, abs=1e-9)) for part in parts}


def heats_of_rows(theory, now):
    left = {}
    for row in activities(theory):
        count, heat = left.get(row.kind, (0, 0.0))
        faded = 0.5 ** ((now - row.at).total_seconds() / HALF_LIFE)
        left[row.kind] = (count + 1, heat + WEIGHTS[row.kind] * faded)
    return left


def test_parts_say_why_most_first_in_one_query(theory, fan, other, django_assert_num_queries):
    now = theory.opened_at + timedelta(days=3)
    for voter in (fan, other, *(make_fan(username=f"voter-{number}") for number in range(4))):
        Vote.objects.create(fan=voter, theory=theory, value=1, cast_at=now, changed_at=now)
    with django_assert_num_queries(1):
        parts = hot_parts(theory, now)
    assert [(part.kind, part.rows, round(part.heat, 6)) for part in parts] == [("vote", 6, 6), ("opening", 1, 5)]


def test_an_outcome_that_time_has_settled_is_a_part_before_its_row_says_so(theory):
    now = timezone.now()
    settled = resolved("busted") | {"state": "proposed", "resolved_at": now - timedelta(days=3)}
    Theory.objects.filter(pk=theory.pk).update(**settled)
    assert stored(theory).is_settled
    part = hot_parts(stored(theory), now)[0]
    assert (part.kind, part.rows) == (Kind.RESOLUTION, 1)
    assert part.heat == pytest.approx(10)
    Theory.objects.filter(pk=theory.pk).update(resolved_at=now + timedelta(days=1))
    assert [part.kind for part in hot_parts(stored(theory), now)] == [Kind.OPENING]


def test_ages_apart_the_database_neither_overflows_nor_fails(theory, fan):
    Theory.objects.update(opened_at=datetime(1, 1, 2, tzinfo=UTC))
    make_vote(fan, theory)
    assert stored(theory).hot == pytest.approx(hot(activities(stored(theory))), abs=1e-9)
    assert [part.rows for part in hot_parts(stored(theory), timezone.now())] == [1, 1]


def test_a_resolution_is_activity(theory):
    before = theory.hot
    Theory.objects.update(**resolved("busted"))
    recount([theory.pk])
    assert stored(theory).hot > before + 1


def test_a_draft_has_no_heat(author):
    draft = make_draft(author)
    recount([draft.pk])
    assert stored(draft).hot == 0


def test_one_statement_for_many(author, django_assert_num_queries):
    ids = [make_theory(author).pk for _ in range(3)]
    with django_assert_num_queries(1):
        recount(ids)


def test_nothing_to_recount_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert recount([]) == {}


def test_whatever_is_held_voided_suspended_or_erased_counts_are_those_of_the_rows(author):
    """Fifteen new accounts push the first of four theories, and forecast it; then all that changes what counts."""
    dice = random.Random(5)
    theories = [make_theory(author, claim=f"Theory {number}.") for number in range(4)]
    known = [make_fan(f"known-{number}", level=Level.REGULAR) for number in range(8)]
    new = [make_fan(f"new-{number}") for number in range(15)]
    for fan, theory in product(known, theories):
        cast(theory.pk, fan, dice.choice((1, -1)))
        make(theory.pk, fan, dice.randint(1, 99))
    first = theories[0]
    for number, fan in enumerate(new):
        cast(first.pk, fan, 1, f"203.0.113.{number % 3}")
        make(first.pk, fan, 99 if number % 2 else 1)
    assert stored(first).held_count > 10
    for change in (
        lambda: suspend(new[3], None),
        lambda: suspend(known[2], None),
        lambda: void_all_of(known[4]),
        lambda: void_all_of(new[5]),
        lambda: void_held(first),
        lambda: reopen(new[3]),
        lambda: reopen(known[2]),
        lambda: [cast(first.pk, known[4], value) for value in (-1, 0, 1)],
        lambda: make(first.pk, known[4], 5),
        lambda: count_held(first),
        lambda: count_all_of(known[4]),
        lambda: erase(known[6], "anonymise"),
        lambda: erase(new[8], "remove"),
        look_at_all,
    ):
        change()
        for theory in theories:
            assert told_of(stored(theory)) == counted_by_hand(theory)


def told_of(theory):
    votes = theory.believe_count, theory.doubt_count, theory.held_count
    return *votes, theory.crowd, theory.forecast_count, pytest.approx(theory.hot, abs=1e-9)


def counted_by_hand(theory):
    votes = Counter()
    heats = [Activity(Kind.OPENING, theory.opened_at)]
    for vote in theory.votes.select_related("fan"):
        if vote.value and not vote.is_void and vote.fan.is_active:
            votes["held" if vote.is_held else vote.value] += 1
            heats += [] if vote.is_held else [Activity(Kind.VOTE, vote.cast_at)]
    said, marked = [], {}
    for forecast in Forecast.objects.filter(theory=theory).select_related("fan").order_by("made_at", "id"):
        if not forecast.is_void and forecast.fan.is_active:
            said += [] if forecast.stood_until else [forecast.probability]
            if forecast.is_mark:
                marked.setdefault(forecast.fan_id, Activity(Kind.CROWD, forecast.made_at))
    return votes[1], votes[-1], votes["held"], crowd(said), len(said), hot([*heats, *marked.values()])


def test_the_command_finds_and_mends_what_is_off(theory, capsys):
    call_command("recount", "--check")
    Theory.objects.update(believe_count=5)
    assert differing([theory.pk]) == [theory.pk]
    with pytest.raises(CommandError, match="differ"):
        call_command("recount", "--check")
    call_command("recount")
    assert "1 put right" in capsys.readouterr().out
    assert stored(theory).believe_count == 0
