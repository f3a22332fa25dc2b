"""Every turn from every state: taken where the table of states says so, by the real verbs."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_fan
from tests.factories_theories import finding, make_draft, make_due, make_proposal, make_theory, writing
from tests.theories.outcomes import now_of
from theories import duplicating, posting, resolving
from theories.models import State, Theory, Turn, TurnTaken
from theories.permissions import Conflict
from theories.states import ARROWS, RESOLVED
from theories.turning import hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast_of(author, fan, other, moderator, admin):
    return {"author": author, "fan": fan, "other": other, "moderator": moderator, "admin": admin}


def in_state(state: State, people: dict) -> Theory:
    """By the verbs that lead there."""
    author, fan, moderator = people["author"], people["fan"], people["moderator"]
    if state == State.DRAFT:
        return make_draft(author)
    theory = make_due(author) if state == State.DUE else make_theory(author)
    ways: dict[State, Callable[[], object]] = {
        State.PROPOSED: lambda: make_proposal(fan, theory),
        State.DISPUTED: lambda: dispute(theory, fan, people["other"]),
        State.WITHDRAWN: lambda: posting.withdraw(author, theory),
        State.DUPLICATE: lambda: duplicating.mark(author, theory, make_theory(author, claim="The same.")),
        **{
            state: lambda state=state: resolving.decide(theory.pk, moderator, finding(state.value))
            for state in RESOLVED
        },
    }
    if state in ways:
        ways[state]()
    return now_of(theory)


def dispute(theory: Theory, fan, other) -> None:
    proposal = make_proposal(fan, theory)
    resolving.object_to(theory.pk, other, proposal.pk, "No.")


def verbs(theory: Theory, people: dict) -> dict[Turn, Callable[[], object]]:
    fan, other, admin, author = (people[name] for name in ("fan", "other", "admin", "author"))
    standing = theory.proposals.filter(ended_at=None).first()
    on = standing.pk if standing else 0
    different = "busted" if theory.state != "busted" else "void"
    return {
        Turn.POST: lambda: posting.publish(author, writing(), theory),
        Turn.WITHDRAW: lambda: posting.withdraw(author, theory),
        Turn.MARK: lambda: duplicating.mark(admin, theory, make_theory(author, claim="Another."), "The same."),
        Turn.UNMARK: lambda: duplicating.unmark(author, theory),
        Turn.PROPOSE: lambda: make_proposal(other, theory),
        Turn.RETRACT: lambda: resolving.retract(theory.pk, fan, on),
        Turn.SECOND: lambda: resolving.second(theory.pk, other, on),
        Turn.OBJECT: lambda: resolving.object_to(theory.pk, other, on, "No."),
        Turn.SETTLE: partial(settled_by_time, theory),
        Turn.DECIDE: lambda: resolving.decide(theory.pk, admin, finding("busted")),
        Turn.REJECT: lambda: resolving.reject(theory.pk, admin, "Not shown."),
        Turn.UNDO: lambda: resolving.undo(theory.pk, admin, "A mistake."),
        Turn.APPEAL: lambda: resolving.appeal(theory.pk, fan, "No."),
        Turn.UPHOLD: lambda: appealed(theory, fan, lambda: resolving.uphold(theory.pk, admin, "It is.")),
        Turn.OVERTURN: lambda: appealed(theory, fan, lambda: resolving.overturn(theory.pk, admin, finding(different))),
    }


def settled_by_time(theory: Theory) -> None:
    if theory.state == State.PROPOSED:
        for number in (1, 2):
            second = make_fan(username=f"second-{number}")
            resolving.second(theory.pk, second, theory.proposals.get(ended_at=None).pk)
    with patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(days=4)):
        if resolving.settle_due() != 1:
            raise Conflict("Nothing to settle.")


def appealed(theory: Theory, fan, act: Callable[[], object]) -> None:
    if theory.state in RESOLVED:
        resolving.appeal(theory.pk, fan, "No.")
    act()


def is_taken(theory: Theory, turn: Turn, act: Callable[[], object]) -> bool:
    """Whether it was; the next finds all as it was."""
    with transaction.atomic():
        try:
            act()
            taken = TurnTaken.objects.filter(theory=theory, turn=turn).order_by("-id").first()
            assert taken is None or now_of(theory).current_state == taken.state_after
        except (Conflict, PermissionDenied):
            taken = None
        transaction.set_rollback(True)
    return taken is not None


@pytest.mark.parametrize("state", State)
def test_each_turn_is_taken_where_the_table_says_so(state, cast_of):
    theory = in_state(state, cast_of)
    assert theory.current_state == state
    TurnTaken.objects.filter(theory=theory).delete()  # so that what is found is new
    found = {turn: is_taken(theory, turn, act) for turn, act in verbs(theory, cast_of).items()}
    assert found == {turn: state in ARROWS[turn] for turn in Turn}


def test_a_theory_is_held_with_what_is_asked_for_alone(theory):
    """Django's `select_related()` without names would join, and lock out, all that it points to."""
    for related, joins in ((), 0), (("author",), 1):
        with CaptureQueriesContext(connection) as asked:
            hold(theory.pk, *related)
        assert [query["sql"].count(" JOIN ") for query in asked if "theories_theory" in query["sql"]] == [joins]
