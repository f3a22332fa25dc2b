"""An outcome is proposed, with evidence."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.factories import make_work
from tests.factories_theories import make_proposal, make_theory
from theories.models import Proposal, Theory
from theories.permissions import Conflict

pytestmark = pytest.mark.django_db


def test_it_gives_away_what_the_theory_waited_for_unless_said_otherwise(author, fan):
    work = make_work("chapter-5", released_on=None)
    theory = make_theory(author, due_work=work)
    assert make_proposal(fan, theory, scope=None).scope == work.mask


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"outcome": "maybe"}, "outcome"),
        ({"evidence": " "}, "evidence"),
        ({"evidence": "x" * 4001}, "evidence"),
        ({"evidence": ">!nowhere: x!<"}, "evidence"),
        ({"happened_on": timezone.now().date() + timedelta(days=2)}, "happened_on"),
    ],
)
def test_a_proposal_needs_what_can_be_checked(theory, fan, fields, field):
    with pytest.raises(ValidationError) as refusal:
        make_proposal(fan, theory, **({"outcome": "busted"} | fields))
    assert list(refusal.value.message_dict) == [field]
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("columns", [{"is_locked": True}, {"is_hidden": True}])
def test_what_is_locked_or_hidden_is_not_proposed_on(theory, fan, columns):
    Theory.objects.update(**columns)
    with pytest.raises(Conflict):
        make_proposal(fan, theory)
