"""The states of a theory and every way from one to another. Pure: no rows, no requests."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from django.db import models

SECONDS_NEEDED = 2
OBJECTION_TIME = timedelta(hours=72)
LEAST_LEFT = timedelta(hours=24)
"""Of it, for a theory that was hidden in it and is shown again."""
UNDO_TIME = timedelta(hours=1)
APPEAL_TIME = timedelta(days=14)


class State(models.TextChoices):
    """`due` alone is never stored: it is an open theory past its `closes_at`."""

    DRAFT = "draft", "Draft"
    OPEN = "open", "Open"
    DUE = "due", "Due"
    PROPOSED = "proposed", "Outcome proposed"
    DISPUTED = "disputed", "Disputed"
    CONFIRMED = "confirmed", "Confirmed"
    BUSTED = "busted", "Busted"
    PARTLY = "partly", "Partly"
    VOID = "void", "Void"
    WITHDRAWN = "withdrawn", "Withdrawn"
    DUPLICATE = "duplicate", "Duplicate"


class Outcome(models.TextChoices):
    CONFIRMED = "confirmed", "Confirmed"
    BUSTED = "busted", "Busted"
    PARTLY = "partly", "Partly"
    VOID = "void", "Void"


RESOLVED = (State.CONFIRMED, State.BUSTED, State.PARTLY, State.VOID)
STORED = tuple(state for state in State if state is not State.DUE)
UNRESOLVED = (State.OPEN, State.PROPOSED, State.DISPUTED)
"""Stored states of what was posted and may yet be resolved."""


class Turn(models.TextChoices):
    """What moves a theory from one state to another."""

    POST = "post", "posted"
    WITHDRAW = "withdraw", "withdrawn by its author"
    MARK = "mark", "marked as a duplicate"
    UNMARK = "unmark", "no longer a duplicate"
    PROPOSE = "propose", "outcome proposed"
    RETRACT = "retract", "proposal taken back"
    SECOND = "second", "outcome seconded"
    OBJECT = "object", "objection raised"
    SETTLE = "settle", "resolved: nobody objected"
    DECIDE = "decide", "resolved by a moderator"
    REJECT = "reject", "proposal set aside by a moderator"
    UNDO = "undo", "resolution undone"
    APPEAL = "appeal", "appealed against"
    UPHOLD = "uphold", "resolution upheld on appeal"
    OVERTURN = "overturn", "resolution changed on appeal"


_GOING = (State.OPEN, State.DUE)
_ANY_OUTCOME = tuple(State(outcome) for outcome in Outcome)

ARROWS: Mapping[Turn, Mapping[State, tuple[State, ...]]] = MappingProxyType(
    {
        Turn.POST: {State.DRAFT: (State.OPEN,)},
        Turn.WITHDRAW: {State.OPEN: (State.WITHDRAWN,)},
        Turn.MARK: dict.fromkeys(_GOING, (State.DUPLICATE,)),
        Turn.UNMARK: {State.DUPLICATE: (State.OPEN,)},
        Turn.PROPOSE: dict.fromkeys(_GOING, (State.PROPOSED,)),
        Turn.RETRACT: {State.PROPOSED: (State.OPEN,)},
        Turn.SECOND: {State.PROPOSED: (State.PROPOSED,)},
        Turn.OBJECT: {State.PROPOSED: (State.DISPUTED,)},
        Turn.SETTLE: {State.PROPOSED: _ANY_OUTCOME},
        Turn.DECIDE: dict.fromkeys((*_GOING, State.PROPOSED, State.DISPUTED), _ANY_OUTCOME),
        Turn.REJECT: dict.fromkeys((State.PROPOSED, State.DISPUTED), (State.OPEN,)),
        Turn.UNDO: dict.fromkeys(_ANY_OUTCOME, (State.OPEN, State.DISPUTED)),
        Turn.APPEAL: {state: (state,) for state in _ANY_OUTCOME},
        Turn.UPHOLD: {state: (state,) for state in _ANY_OUTCOME},
        Turn.OVERTURN: {state: tuple(other for other in _ANY_OUTCOME if other is not state) for state in _ANY_OUTCOME},
    }
)
"""For each turn: from which states it may be made, and to which it leads. Where more than one is named, who makes
the turn says which. `open` in a target is read as `due` when the time is up."""


def leads_to(turn: Turn, state: State) -> tuple[State, ...]:
    """Empty where the turn is refused."""
    return ARROWS[turn].get(state, ())


SAID: Mapping[State, str] = MappingProxyType(
    {
        State.DRAFT: "This theory has not been posted yet",
        State.OPEN: "This theory is open",
        State.DUE: "This theory is due",
        State.PROPOSED: "An outcome is proposed for this theory",
        State.DISPUTED: "The outcome of this theory is disputed",
        State.CONFIRMED: "This theory is resolved as confirmed",
        State.BUSTED: "This theory is resolved as busted",
        State.PARTLY: "This theory is resolved as partly true",
        State.VOID: "This theory is resolved as void",
        State.WITHDRAWN: "Its author has withdrawn this theory",
        State.DUPLICATE: "This theory is a duplicate of another",
    }
)
"""How things stand, in words that a colon and what follows from it may come after."""

STANDS: Mapping[State, str] = MappingProxyType(
    {state: f"{words}." for state, words in SAID.items()}
    | {
        State.OPEN: "No outcome is proposed.",
        State.DUE: "No outcome is proposed.",
        State.PROPOSED: "An outcome has been proposed already.",
        State.DISPUTED: "The outcome is disputed: a moderator decides.",
    }
)
"""Why a turn is refused: how things stand."""
