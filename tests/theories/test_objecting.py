"""An objection to what is proposed, and a proposal taken back."""

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories_theories import make_proposal, make_seconded
from tests.theories.outcomes import now_of
from theories import resolving
from theories.models import Objection, Proposal, Theory
from theories.permissions import may_vote

pytestmark = pytest.mark.django_db


def test_a_lock_does_not_take_the_objection_away(theory, fan):
    proposal = make_seconded(theory)
    Theory.objects.update(is_locked=True)
    resolving.object_to(theory.pk, fan, proposal.pk, "That was a dream.")
    assert now_of(theory).state == "disputed"


def test_an_objection_takes_the_outcome_back_and_leaves_votes_closed(theory, fan, other):
    proposal = make_seconded(theory)
    resolving.object_to(theory.pk, fan, proposal.pk, "That was a dream.")
    held = now_of(theory)
    assert (held.state, held.outcome, held.resolved_at) == ("disputed", "", None)
    assert held.closed_at
    assert not may_vote(other, held)
    assert Objection.objects.get().reason == "That was a dream."


def test_an_objection_to_what_one_fan_alone_proposes_closes_nothing(theory, fan, other):
    proposal = make_proposal(fan, theory)
    resolving.object_to(theory.pk, other, proposal.pk, "That was a dream.")
    assert now_of(theory).state == "disputed"
    assert may_vote(other, now_of(theory))


def test_whoever_proposed_it_takes_it_back_and_it_is_open_again(theory, fan, other):
    proposal = make_proposal(fan, theory)
    with pytest.raises(PermissionDenied):
        resolving.object_to(theory.pk, fan, proposal.pk, "I was wrong.")
    with pytest.raises(PermissionDenied):
        resolving.retract(theory.pk, other, proposal.pk)
    resolving.retract(theory.pk, fan, proposal.pk)
    held = now_of(theory)
    assert (held.state, held.closed_at, Proposal.objects.get().ending) == ("open", None, "retracted")
    make_proposal(fan, theory, "void")
