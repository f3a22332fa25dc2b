"""Nobody objects: time resolves a theory."""

from unittest.mock import patch

import pytest
from django.core.management import call_command

from ballerina_site.management.commands.tick import JOBS
from moderation import deciding
from tests.factories_theories import make_forecast, make_seconded, make_theory
from tests.theories.outcomes import now_of
from theories import resolving
from theories.counting import differing
from theories.models import Score, State, TurnTaken
from theories.permissions import Conflict

pytestmark = pytest.mark.django_db


def test_nobody_objects_and_it_is_resolved(theory, fan, clock):
    proposal = make_seconded(theory, "busted")
    clock.pass_(hours=71)
    assert resolving.settle_due() == 0
    clock.pass_(hours=2)
    assert now_of(theory).current_state == State.BUSTED  # before anybody has written it down
    with pytest.raises(Conflict):
        resolving.object_to(theory.pk, fan, proposal.pk, "Too late.")
    assert (resolving.settle_due(), resolving.settle_due()) == (1, 0)
    held, turn = now_of(theory), TurnTaken.objects.last()
    assert (held.state, turn.turn, turn.actor, turn.taken_at) == ("busted", "settle", None, held.resolved_at)
    proposal.refresh_from_db()
    assert (proposal.ending, proposal.ended_at) == ("settled", held.resolved_at)
    assert differing([theory.pk]) == []


def test_an_outcome_that_waits_heats_nothing_and_a_resolution_does(theory, clock):
    cold = now_of(theory).hot
    make_seconded(theory)
    assert now_of(theory).hot == cold
    clock.pass_(days=4)
    resolving.settle_due()
    assert now_of(theory).hot > cold


def test_one_that_cannot_be_settled_keeps_no_other_waiting(author, clock, caplog):
    first, last = make_theory(author), make_theory(author)
    for theory in (first, last):
        make_seconded(theory)
    clock.pass_(days=4)
    real = resolving.hold
    broken = patch.object(resolving, "hold", lambda pk: 1 / 0 if pk == first.pk else real(pk))
    with broken:
        assert resolving.settle_due() == 1
    assert now_of(last).state == "confirmed"
    assert f"theory {first.pk} was not settled" in caplog.text
    assert resolving.settle_due(most=1) == 1


def test_the_tick_settles_and_scores_what_its_task_has_forgotten(theory, fan, clock):
    make_forecast(fan, theory, 80)
    clock.pass_(days=1)
    make_seconded(theory)
    clock.pass_(days=4)
    assert "settle_due" in JOBS
    call_command("settle_due")
    assert now_of(theory).scored_at is None  # that is its task's, which in a test that never commits never runs
    call_command("settle_due")
    assert now_of(theory).scored_at
    assert Score.objects.get().fan == fan


def test_the_tick_asks_by_an_index(theory, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        resolving.settle_due()


@pytest.mark.parametrize(("before", "hidden_for", "left"), [(10, 100, 62), (60, 5, 24)])
def test_time_stands_still_while_it_is_hidden(theory, moderator, fan, clock, before, hidden_for, left):
    proposal = make_seconded(theory)
    clock.pass_(hours=before)
    deciding.decide(moderator, "theory", theory.pk, "hide", "spam", "To be looked at.")
    clock.pass_(hours=hidden_for)
    assert (resolving.settle_due(), now_of(theory).current_state) == (0, State.PROPOSED)
    clock.pass_(hours=100)
    deciding.decide(moderator, "theory", theory.pk, "lock", "spam", "For now.")
    deciding.decide(moderator, "theory", theory.pk, "restore", "spam", "It is fine.")
    deciding.decide(moderator, "theory", theory.pk, "unlock", "spam", "It is fine.")
    clock.pass_(hours=left - 1)
    assert (resolving.settle_due(), now_of(theory).is_seconded) == (0, True)
    clock.pass_(hours=1, minutes=1)
    assert now_of(theory).current_state == State.CONFIRMED
    with pytest.raises(Conflict):
        resolving.object_to(theory.pk, fan, proposal.pk, "Too late.")
    assert resolving.settle_due() == 1


def test_what_time_had_resolved_stays_resolved_when_it_is_hidden(theory, moderator, clock):
    make_seconded(theory)
    clock.pass_(hours=73)
    deciding.decide(moderator, "theory", theory.pk, "hide", "spam", "To be looked at.")
    held = now_of(theory)
    assert (held.state, held.current_state) == ("confirmed", State.CONFIRMED)
    assert TurnTaken.objects.last().turn == "settle"
