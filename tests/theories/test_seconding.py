"""A proposed outcome is seconded: by whom, and what the last second does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from lore.spoilers import Viewer
from tests.factories import make_fan
from tests.factories_theories import make_forecast, make_proposal, make_vote
from tests.theories.outcomes import now_of
from theories import forecasting, resolving
from theories.course import course_of, seconds_of
from theories.models import Proposal, Second, Theory, Vote
from theories.permissions import Conflict, may_vote
from theories.resolution import headline
from theories.resolving_permissions import may_second, why_no_second
from theories.voting import cast

pytestmark = pytest.mark.django_db


def test_a_proposal_keeps_votes_open_until_its_last_second(theory, fan, other):
    proposal = make_proposal(fan, theory, evidence="She is *there*.")
    assert (now_of(theory).state, proposal.scope) == ("proposed", 0)
    cast(theory.pk, other, -1)
    first, last = make_fan(username="first"), make_fan(username="last")
    resolving.second(theory.pk, first, proposal.pk)
    assert may_vote(other, now_of(theory))
    resolving.second(theory.pk, last, proposal.pk)
    held = now_of(theory)
    assert not may_vote(other, held)
    assert (held.outcome, held.is_seconded, held.is_resolved) == ("confirmed", True, False)
    assert held.resolved_at - held.closed_at == timedelta(hours=72)
    with pytest.raises(Conflict):
        cast(theory.pk, other, 1)
    assert Second.objects.count() == 2


def vote(value: int) -> Callable:
    return lambda fan, theory: make_vote(fan, theory, value)


def void_vote(fan, theory):
    make_vote(fan, theory, 1)
    theory.votes.update(is_void=True)


def forecast_taken_back(fan, theory):
    make_forecast(fan, theory, 90)
    forecasting.take_back(theory.pk, fan)


def two_forecasts(fan, theory):
    make_forecast(fan, theory, 90)
    make_forecast(fan, theory, 50)


@pytest.mark.parametrize(
    ("outcome", "before", "may"),
    [
        ("confirmed", None, True),
        ("confirmed", vote(-1), True),
        ("confirmed", vote(1), False),
        ("confirmed", void_vote, False),
        ("confirmed", lambda fan, theory: make_forecast(fan, theory, 51), False),
        ("confirmed", two_forecasts, True),
        ("confirmed", forecast_taken_back, False),
        ("busted", vote(1), True),
        ("busted", vote(-1), False),
        ("busted", lambda fan, theory: make_forecast(fan, theory, 49), False),
        ("busted", lambda fan, theory: make_forecast(fan, theory, 50), True),
        ("partly", vote(1), True),
        ("void", vote(-1), True),
    ],
)
def test_whom_it_proves_right_does_not_second_it(theory, fan, other, outcome, before, may):
    if before:
        before(other, theory)
    proposal = make_proposal(fan, theory, outcome)
    assert may_second(other, Proposal.objects.all()).exists() is may
    if may:
        resolving.second(theory.pk, other, proposal.pk)
    else:
        with pytest.raises(PermissionDenied):
            resolving.second(theory.pk, other, proposal.pk)
    assert Second.objects.exists() is may
    assert not may_second(other, Proposal.objects.all()).exists()


@pytest.mark.parametrize(("outcome", "said", "less"), [("confirmed", 99, 50), ("busted", 1, 50)])
def test_a_forecast_changed_since_it_was_proposed_counts(theory, fan, other, clock, outcome, said, less):
    make_forecast(other, theory, said)
    clock.pass_(minutes=1)
    proposal = make_proposal(fan, theory, outcome)
    clock.pass_(minutes=1)
    make_forecast(other, theory, less)
    assert not may_second(other, Proposal.objects.all()).exists()
    with pytest.raises(PermissionDenied):
        resolving.second(theory.pk, other, proposal.pk)


def test_who_seconds_takes_no_side_for_it_while_it_waits_and_nobody_can_tell_a_vote_by_the_count(
    sign_in, guest, theory, fan, other, clock
):
    proposal = make_proposal(fan, theory)
    resolving.second(theory.pk, other, proposal.pk)
    with pytest.raises(Conflict, match="seconded"):
        cast(theory.pk, other, 1)
    with pytest.raises(Conflict, match="seconded"):
        make_forecast(other, theory, 99)
    assert sign_in(other).post(f"{theory.get_absolute_url()}vote/", {"value": "1"}).status_code == 409
    cast(theory.pk, other, -1)
    make_forecast(other, theory, 50)
    assert "one is given" in guest.get(theory.get_absolute_url()).content.decode()
    resolving.retract(theory.pk, fan, proposal.pk)
    cast(theory.pk, other, 1)


def test_the_second_of_a_fan_who_gains_does_not_count_and_what_was_seconded_keeps_its_time(theory, fan, other):
    proposal = make_proposal(fan, theory)
    resolving.second(theory.pk, other, proposal.pk)
    Vote.objects.create(theory=theory, fan=other, value=1, cast_at=proposal.made_at, changed_at=proposal.made_at)
    with pytest.raises(Conflict, match="You have seconded it already"):
        resolving.second(theory.pk, other, proposal.pk)
    third = make_fan(username="third")
    resolving.second(theory.pk, third, proposal.pk)
    assert not now_of(theory).outcome
    assert [second.fan for second in seconds_of(proposal)] == [third]
    assert headline(Viewer(), now_of(theory)).counted == 1
    resolving.second(theory.pk, make_fan(username="fourth"), proposal.pk)
    until = now_of(theory).resolved_at
    Vote.objects.create(theory=theory, fan=third, value=1, cast_at=until, changed_at=until)
    assert (seconds_of(proposal).count(), now_of(theory).resolved_at) == (3, until)


@pytest.mark.parametrize(("outcome", "may"), [("confirmed", False), ("busted", True), ("void", True)])
def test_authors_second_only_what_does_not_prove_them_right(theory, author, fan, outcome, may):
    proposal = make_proposal(fan, theory, outcome)
    assert may_second(author, Proposal.objects.all()).exists() is may
    if may:
        resolving.second(theory.pk, author, proposal.pk)
    else:
        with pytest.raises(PermissionDenied):
            resolving.second(theory.pk, author, proposal.pk)


def test_nobody_seconds_twice_their_own_or_what_is_no_longer_proposed(theory, fan, other):
    proposal = make_proposal(fan, theory)
    with pytest.raises(PermissionDenied):
        resolving.second(theory.pk, fan, proposal.pk)
    resolving.second(theory.pk, other, proposal.pk)
    with pytest.raises(Conflict):
        resolving.second(theory.pk, other, proposal.pk)
    resolving.retract(theory.pk, fan, proposal.pk)
    make_proposal(fan, theory, "busted")
    with pytest.raises(Conflict, match="not what is proposed now"):
        resolving.second(theory.pk, other, proposal.pk)


def test_seconds_of_fans_who_are_gone_do_not_count(theory, fan, other):
    proposal = make_proposal(fan, theory)
    resolving.second(theory.pk, other, proposal.pk)
    other.is_active = False
    other.save()
    resolving.second(theory.pk, make_fan(username="last"), proposal.pk)
    assert not now_of(theory).outcome


@pytest.mark.parametrize("columns", [{}, {"is_locked": True}, {"is_hidden": True}, {"state": "disputed"}])
def test_what_waits_for_a_second_is_what_may_be_seconded(theory, fan, other, columns):
    make_proposal(fan, theory)
    Theory.objects.update(**columns)
    found = {who.pk for who in (fan, other) if may_second(who, Proposal.objects.all())}
    assert found == {who.pk for who in (fan, other) if not why_no_second(who, course_of(now_of(theory)))}
    assert found == (set() if columns else {other.pk})
