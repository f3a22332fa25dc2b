import random
import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import hooks as account_hooks
from accounts.models import User
from accounts.trust import Level
from moderation.deciding import decide
from tests.factories import make_fan
from tests.factories_theories import make_draft, make_due, make_forecast, make_theory, make_vote, resolved
from tests.racing import at_once
from tests.theories.recording import activities
from theories import counting, forecasting
from theories.charting import moments
from theories.counting import differing, hot_parts, recount
from theories.crowding import crowd
from theories.forecasting import course, own_forecasts
from theories.models import Forecast, Theory
from theories.permissions import Conflict, may_forecast
from theories.ranking import Kind, hot

pytestmark = pytest.mark.django_db


def stored(theory):
    return Theory.objects.get(pk=theory.pk)


def crowd_of(theory):
    found = stored(theory)
    return found.crowd, found.forecast_count


def many(count, **fields):
    return [make_fan(username=f"fan-{number}", **fields) for number in range(count)]


def test_a_forecast_stands_until_the_next_and_freezes(theory, fan):
    first, second = make_forecast(fan, theory, 30), make_forecast(fan, theory, 70)
    first.refresh_from_db()
    assert (first.stood_until, second.stood_until) == (second.made_at, None)
    assert [row.probability for row in own_forecasts(fan.pk, theory)] == [70, 30]
    assert crowd_of(theory) == (70, 1)
    assert (first.crowd, second.crowd) == (30, 70)
    assert stored(theory).frozen_at == first.made_at


def test_taken_back_it_stands_no_more_and_stays_in_the_history(theory, fan, other):
    make_forecast(other, theory, 20)
    make_forecast(fan, theory, 80)
    for _ in range(2):
        forecasting.take_back(theory.pk, fan)
    [mine] = own_forecasts(fan.pk, theory)
    assert mine.stood_until >= mine.made_at
    assert crowd_of(theory) == (20, 1)
    make_forecast(fan, theory, 60)
    assert crowd_of(theory) == (60, 2)


def test_the_author_may_forecast_but_is_not_the_crowd(theory, author, fan):
    make_forecast(author, theory, 95)
    assert crowd_of(theory) == (None, 0)
    assert stored(theory).frozen_at is None
    make_forecast(fan, theory, 40)
    assert make_forecast(author, theory, 99).crowd == 40
    assert crowd_of(theory) == (40, 1)


@pytest.mark.parametrize("probability", [0, 100, -5, 1000])
def test_nobody_is_certain(theory, fan, probability):
    with pytest.raises(ValidationError, match="from 1 to 99"):
        forecasting.make(theory.pk, fan, probability)
    assert not Forecast.objects.exists()


def test_the_database_holds_per_cents_and_one_current_each(theory, fan):
    made = make_forecast(fan, theory)
    for probability, until in ((0, made.made_at), (100, made.made_at), (50, None)):
        row = Forecast(theory=theory, fan=fan, probability=probability, made_at=made.made_at, stood_until=until)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_the_same_again_is_no_new_forecast(theory, fan, clock):
    first = make_forecast(fan, theory, 70)
    clock.pass_(minutes=1)
    assert make_forecast(fan, theory, 70) == first
    assert Forecast.objects.get().stood_until is None
    forecasting.take_back(theory.pk, fan)
    assert make_forecast(fan, theory, 70) != first


@pytest.mark.parametrize("make", ["due", "locked", "resolved", "seconded", "withdrawn"])
def test_closed_when_votes_are(author, fan, make):
    theory = {
        "due": lambda: make_due(author),
        "locked": lambda: make_theory(author, set_to={"is_locked": True}),
        "resolved": lambda: make_theory(author, set_to=resolved("busted")),
        "seconded": lambda: make_theory(author, set_to=resolved("busted") | {"state": "proposed"}),
        "withdrawn": lambda: make_theory(author, set_to={"state": "withdrawn"}),
    }[make]()
    assert not may_forecast(fan, theory)
    for act in (lambda: make_forecast(fan, theory, 50), lambda: forecasting.take_back(theory.pk, fan)):
        with pytest.raises(Conflict, match="takes no"):
            act()
    assert not Forecast.objects.exists()


def test_not_for_what_is_not_there_nor_for_whom_it_is_not(author, fan, theory):
    for gone in (make_draft(author), make_theory(author, set_to={"is_hidden": True})):
        with pytest.raises(Theory.DoesNotExist):
            make_forecast(fan, gone, 50)
    gone = make_fan(username="gone", is_active=False)
    for nobody, words in ((gone, "closed"), (User.objects.archive(), "forecasts nothing")):
        with pytest.raises(PermissionDenied, match=words):
            make_forecast(nobody, theory, 50)


def test_what_was_voided_stays_void_when_made_anew(theory, fan, other):
    make_forecast(other, theory, 20)
    make_forecast(fan, theory, 90)
    Forecast.objects.filter(fan=fan).update(is_void=True)
    counting.recount_crowds([theory.pk])
    assert crowd_of(theory) == (20, 1)
    assert make_forecast(fan, theory, 95).crowd == 20
    forecasting.take_back(theory.pk, fan)
    assert make_forecast(fan, theory, 95).is_void
    assert crowd_of(theory) == (20, 1)


def test_a_clock_that_goes_back_breaks_nothing(theory, fan, monkeypatch):
    first = make_forecast(fan, theory, 30)
    monkeypatch.setattr(forecasting, "now", lambda: first.made_at - timedelta(hours=1))
    second = make_forecast(fan, theory, 50)
    forecasting.take_back(theory.pk, fan)
    assert second.made_at == first.made_at
    assert not own_forecasts(fan.pk, theory)[0].stood_until < second.made_at


def test_forecasts_of_somebody_suspended_count_for_nothing_until_they_are_back(theory, fan, other):
    make_forecast(other, theory, 20)
    make_forecast(fan, theory, 80)
    for is_active, stands in ((False, (20, 1)), (True, (80, 2))):
        fan.is_active = is_active
        fan.save(update_fields=["is_active"])
        for hook in account_hooks.fan_suspended:
            hook(fan)
        assert crowd_of(theory) == stands
        assert differing([theory.pk]) == []


def test_the_command_finds_and_mends_the_crowd(theory, fan):
    make_forecast(fan, theory, 40)
    for wrong in ({"crowd": 41}, {"crowd": None}, {"forecast_count": 2}):
        Theory.objects.update(**wrong)
        with pytest.raises(CommandError, match="differ"):
            call_command("recount", "--check")
        call_command("recount")
        assert crowd_of(theory) == (40, 1)


# Marks


def test_a_crowd_that_moved_ten_points_since_the_last_mark_is_one(theory):
    fan, other = many(2, level=Level.FAN)
    make_forecast(other, theory, 50)
    said = [(50, False), (59, False), (60, True), (55, False), (69, False), (70, True), (60, True)]
    assert [(p, make_forecast(fan, theory, p).is_mark) for p, _ in said] == said


def test_one_fan_alone_does_not_heat_it(theory, author):
    """Nobody's forecasts but one's own: nothing. In a crowd: a fan who swings is one mark, whatever they do, and what
    they do makes no marks of others' calm forecasts."""
    swinger, *calm = many(5, level=Level.FAN)
    for probability in (1, 99) * 10:
        make_forecast(swinger, theory, probability)
    assert stored(theory).hot == pytest.approx(theory.hot)
    make_forecast(calm[0], theory, 99)
    for fan, *_ in zip(calm[1:] * 8, range(20), strict=False):
        for probability in (1, 99):
            make_forecast(swinger, theory, probability)
        make_forecast(fan, theory, 50)
    found = stored(theory)
    assert Forecast.objects.filter(is_mark=True, fan=swinger).count() >= 5
    assert Forecast.objects.marks().filter(fan=swinger).count() == 1
    assert [row.kind for row in activities(found)].count(Kind.CROWD) <= len(calm) + 1
    assert found.hot == pytest.approx(hot(activities(found)), abs=1e-9)
    call_command("recount", "--check")


def test_new_accounts_heat_nothing_however_many_they_are(theory):
    """Nor is it news when somebody known says after them what the crowd says by then."""
    known, late = make_fan("known", level=Level.FAN), make_fan("late", level=Level.FAN)
    make_forecast(known, theory, 50)
    for number, fan in enumerate(many(12)):
        make_forecast(fan, theory, 99 if number else 1)
    make_forecast(late, theory, 99)
    assert not Forecast.objects.marks().exists()
    assert stored(theory).hot == pytest.approx(theory.hot)


def test_marks_make_it_hot_and_are_named(theory, author, guest):
    known = make_fan(username="known", level=Level.FAN)
    make_forecast(author, theory, 99)
    make_forecast(make_fan(username="first"), theory, 20)
    make_forecast(known, theory, 20)
    assert stored(theory).hot == pytest.approx(theory.hot)
    assert not make_forecast(author, theory, 1).is_mark
    make_forecast(known, theory, 60)
    found = stored(theory)
    assert found.hot == pytest.approx(hot(activities(found)), abs=1e-9)
    [part] = [part for part in hot_parts(found, found.opened_at) if part.kind == Kind.CROWD]
    assert (part.rows, round(part.heat, 2)) == (1, 5)
    assert "The crowd changing its mind" in guest.get(f"{theory.get_absolute_url()}history/").content.decode()
    Forecast.objects.filter(is_mark=True).update(is_void=True)
    recount([theory.pk])
    assert stored(theory).hot == pytest.approx(theory.hot)


def test_a_vote_does_not_look_for_marks_among_all_forecasts(theory, fan):
    at, later = theory.opened_at, theory.opened_at + timedelta(days=1)
    history = {"theory": theory, "fan": fan, "probability": 50, "made_at": at, "stood_until": later}
    Forecast.objects.bulk_create([Forecast(**history, is_mark=number == 0) for number in range(300)])
    if connection.vendor == "postgresql":
        # Of an empty table the planner takes any index.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE theories_forecast")
    plan = explained(counting._statement(counting.sql.UPDATE, [theory.pk]), counting._parameters([theory.pk]))
    assert "forecast_marks" in plan


# At any size


def explained(statement, parameters):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{statement}", parameters)
        return "\n".join(str(row) for row in cursor.fetchall())


def test_current_forecasts_come_from_their_index(theory):
    ids = [theory.pk]
    plan = explained(counting._crowd_statement(counting.sql.CROWD_UPDATE, ids), counting._crowd_parameters(ids))
    assert "forecast_current" in plan
    coming = Forecast(theory=theory, fan=theory.author, probability=5, made_at=theory.opened_at)
    with CaptureQueriesContext(connection) as asked:
        counting.crowd_with(coming)
    assert re.search("forecast_current|one_current_forecast_each", explained(asked[0]["sql"].replace("%", "%%"), {}))


def test_the_course_is_one_look_into_the_index_for_each_moment(theory, django_assert_num_queries):
    fans = many(3)
    for number, fan in enumerate([*fans, *fans]):
        make_forecast(fan, theory, 10 * number + 5)
    last = Forecast.objects.last()
    asked = moments(theory.opened_at, last.made_at)
    with django_assert_num_queries(1):
        told, own = course(theory, asked, fans[0].pk)
    assert (told[-1].pk, told[-1].crowd) == (last.pk, stored(theory).crowd)
    assert len(told) <= len(asked)
    assert [row.probability for row in own] == [5, 35]
    places = ", ".join(["(%s)"] * 3)
    when = [connection.ops.adapt_datetimefield_value(at) for at in asked[:3]]
    plan = explained(forecasting._COURSE.format(moments=places), [*when, theory.pk, theory.pk, 1, 200])
    assert "forecast_in_time" in plan
    assert "forecast_own" in plan


def test_a_forecast_is_few_statements(theory, fan, django_assert_max_num_queries):
    """In one transaction (its two ends count here): lock, last, end, crowd, last mark, row, theory; a mark recounts."""
    make_forecast(fan, theory, 50)
    with django_assert_max_num_queries(9):
        make_forecast(fan, theory, 52)
    with django_assert_max_num_queries(10):
        make_forecast(fan, theory, 90)
    with django_assert_max_num_queries(6):
        forecasting.take_back(theory.pk, fan)


# Whatever happens


def test_after_anything_the_crowd_is_what_the_rows_say(author):
    dice, theory = random.Random(3), make_theory(author)
    fans = [author, *many(6)]
    for _ in range(60):
        fan = dice.choice(fans)
        if dice.random() < 0.25:
            forecasting.take_back(theory.pk, fan)
        else:
            made = make_forecast(fan, theory, dice.randint(1, 99))
            assert made.crowd == stored(theory).crowd
        rows = Forecast.objects.standing().of_crowd().filter(theory=theory).order_by("made_at", "id")
        assert crowd_of(theory) == (crowd(list(rows.values_list("probability", flat=True))), len(rows))
    assert differing([theory.pk]) == []


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_twenty_at_once_and_none_is_lost(self):
        theory = make_theory(make_fan(username="author"))
        fans = many(20)
        at_once([lambda fan=fan: make_forecast(fan, theory, 5 * (fan.pk % 19) + 1) for fan in fans])
        assert Forecast.objects.standing().count() == stored(theory).forecast_count == 20
        assert differing([theory.pk]) == []
        rows = Forecast.objects.order_by("id").values_list("crowd", flat=True)
        assert rows.last() == stored(theory).crowd

    def test_one_fan_at_once_has_one_that_stands(self):
        theory, fan = make_theory(make_fan(username="author")), make_fan()
        at_once([lambda p=p: make_forecast(fan, theory, p) for p in range(10, 90, 10)])
        assert Forecast.objects.count() == 8
        assert Forecast.objects.standing().count() == stored(theory).forecast_count == 1
        assert differing([theory.pk]) == []

    def test_forecasts_while_a_moderator_locks_and_others_vote(self, moderator):
        theory = make_theory(make_fan(username="author"))
        fans = many(8)
        acts = [lambda fan=fan: make_forecast(fan, theory, 60) for fan in fans]
        votes = [lambda fan=fan: make_vote(fan, theory) for fan in fans]
        lock = lambda: decide(moderator, "theory", theory.pk, "lock", "other", "It went in circles.")  # noqa: E731
        results = at_once([*acts[:4], *votes[:4], lock, *votes[4:], *acts[4:]])
        made = sum(isinstance(result, Forecast) for result in results)
        assert stored(theory).forecast_count == Forecast.objects.count() == made
        assert stored(theory).is_locked
        assert differing([theory.pk]) == []
