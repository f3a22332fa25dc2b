"""A theory with very many votes: counts and ranks in steps are what a full recount says."""

import random
from datetime import timedelta
from math import log

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.trust import Level
from tests.factories_theories import make_comment
from theories import counting, stepping
from theories.clock import now
from theories.counting import differing, hot_parts
from theories.forecasting import make
from theories.models import Forecast, Theory, Vote
from theories.ranking import TAU, Activity, Kind, cooler, hot, warmer
from theories.voting import cast

DICE = random.Random(20_250_606)
RANKS = ("believe_count", "doubt_count", "comment_count", "hot", "top", "controversy")


@pytest.fixture
def steps(monkeypatch):
    """Each theory that has a vote is stepped, and counted from its rows where that is told."""
    monkeypatch.setattr(stepping, "STEPS_FROM", 0)


@pytest.fixture
def recounts(monkeypatch):
    told = []
    full = stepping.recount
    monkeypatch.setattr(stepping, "recount", lambda ids: told.append(ids) or full(ids))
    return told


def ranks(theory):
    return Theory.objects.values_list(*RANKS).get(pk=theory.pk)


@pytest.mark.django_db
def test_whatever_fans_do_steps_agree_with_the_rows(theory, fan, steps, recounts):
    """Casting, switching, taking back, casting again; some votes void, some old; comments and forecasts in between."""
    voters = User.objects.bulk_create(User(username=f"voter-{n}", password="!", level=Level.FAN) for n in range(12))
    Theory.objects.filter(pk=theory.pk).update(opened_at=now() - timedelta(days=2))
    for turn in range(90):
        voter = DICE.choice(voters)
        cast(theory.pk, voter, DICE.choice([1, 1, -1, 0]) if turn else 1)
        if turn % 10 == 7:
            make_comment(fan, theory, scope=turn % 4)
            make(theory.pk, DICE.choice(voters), DICE.choice([5, 50, 95]))
        if turn == 20:
            Vote.objects.filter(fan__in=voters[:6]).update(cast_at=now() - timedelta(days=1))
            Vote.objects.filter(fan=voters[0]).update(is_void=True)
            stepping.recount([theory.pk])
        assert differing([theory.pk]) == [], turn
    assert Forecast.objects.filter(is_mark=True).exists()
    assert len(recounts) < 5, "that would not have been steps"


@pytest.mark.django_db
def test_a_stepped_vote_does_not_count_the_rows(theory, fan, steps, django_assert_max_num_queries):
    voters = User.objects.bulk_create(User(username=f"voter-{n}", password="!") for n in range(2))
    cast(theory.pk, voters[0], 1)
    before = ranks(theory)
    with django_assert_max_num_queries(8) as done:
        cast(theory.pk, voters[1], -1)
    assert not [query for query in done.captured_queries if "WITH theory" in query["sql"]]
    assert ranks(theory)[:2] == (before[0], before[1] + 1)


@pytest.mark.django_db
def test_when_one_vote_is_nearly_all_of_it_the_rows_are_counted(theory, fan, steps, recounts):
    Theory.objects.filter(pk=theory.pk).update(opened_at=now() - timedelta(days=400))
    cast(theory.pk, fan, 1)
    cast(theory.pk, fan, 0)
    assert recounts == [[theory.pk]]
    assert differing([theory.pk]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("waits", [False, True])
def test_what_very_many_votes_add_to_the_heat_is_told_without_counting_them(theory, fan, steps, waits):
    """`waits`: an outcome that time has settled is shown as a part, though the stored heat knows nothing of it yet."""
    voters = User.objects.bulk_create(User(username=f"voter-{n}", password="!") for n in range(3))
    make_comment(fan, theory)
    for voter in voters:
        cast(theory.pk, voter, 1)
    Theory.objects.filter(pk=theory.pk).update(opened_at=now() - timedelta(days=1))
    moment = now() - timedelta(hours=1)
    if waits:
        Theory.objects.filter(pk=theory.pk).update(
            state="proposed", outcome="busted", closed_at=moment, resolved_at=moment, happened_on=moment.date()
        )
    counting.recount([theory.pk])
    found, then = Theory.objects.get(pk=theory.pk), now()
    with CaptureQueriesContext(connection) as done:
        told = stepping.why_hot(found, then)
    rows = hot_parts(found, then)
    assert [(part.kind, part.rows) for part in told] == [(part.kind, part.rows) for part in rows]
    assert [part.heat for part in told] == pytest.approx([part.heat for part in rows], abs=1e-9)
    assert (Kind.RESOLUTION in {part.kind for part in told}) == waits
    assert "AND 0" in done[0]["sql"] or "AND false" in done[0]["sql"], "the votes were read"


def test_one_more_and_one_less():
    moment = timezone.now()
    rows = [Activity(Kind.VOTE, moment - timedelta(hours=hours)) for hours in range(50)]
    assert warmer(hot(rows[1:]), Kind.VOTE, rows[0].at) == pytest.approx(hot(rows), abs=1e-9)
    assert cooler(hot(rows), Kind.VOTE, rows[0].at) == pytest.approx(hot(rows[1:]), abs=1e-9)


def test_ages_apart_nothing_overflows():
    then, later = timezone.now() - timedelta(days=365 * 1500), timezone.now()
    cold = hot([Activity(Kind.OPENING, then)])
    assert warmer(cold, Kind.VOTE, later) == pytest.approx(later.timestamp() / TAU, abs=1e-9)
    warm = hot([Activity(Kind.OPENING, later)])
    assert warmer(warm, Kind.VOTE, then) == cooler(warm, Kind.VOTE, then) == warm
    assert warm == pytest.approx(later.timestamp() / TAU + log(10), abs=1e-9)
