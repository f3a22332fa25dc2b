"""The one place where a theory's state changes: only as `theories.states` allows, each time with a row of the trail.

Whoever changes a theory holds it first (`hold`), within a transaction."""

from datetime import date, datetime, timedelta

from accounts.models import User
from theories.clock import now
from theories.models import RESOLVED, Outcome, Proposal, State, Theory, Turn, TurnTaken
from theories.permissions import Conflict
from theories.states import OBJECTION_TIME, leads_to

_FIELDS = ["state", "opened_at", "outcome", "closed_at", "happened_on", "resolved_at", "scored_at", "scope"]
_TOLD_OUTCOME = (Turn.SECOND, Turn.DECIDE, Turn.OVERTURN)
"""Turns that tell an outcome, and so may widen what the theory gives away."""


def hold(theory_id: int, *related: str) -> Theory:
    """The theory as it now stands, its row locked and brought in line with the clock. Raises Theory.DoesNotExist."""
    rows = Theory.objects.select_for_update(of=("self",), no_key=True).select_related(*related)
    held = rows.get(pk=theory_id)
    if held.is_settled:
        take(held, Turn.SETTLE, State(held.outcome), at=held.resolved_at)
    return held


def check(theory: Theory, turn: Turn) -> None:
    """Raises a Conflict where the turn is refused now."""
    if not leads_to(turn, theory.current_state):
        raise Conflict(f"This theory is {theory.current_state.label.lower()}: that is not possible (any more).")


def take(
    held: Theory,
    turn: Turn,
    to: State,
    *,
    actor: User | None = None,
    words: str = "",
    proposal: Proposal | None = None,
    at: datetime | None = None,
) -> TurnTaken:
    """Moves a held theory to the state `to`. What else belongs to that state (`tell_outcome`, `take_outcome_back`)
    has been set on it before; it is saved here with it."""
    before = held.current_state if not held.is_settled else State.PROPOSED
    if to not in leads_to(turn, before):
        raise Conflict(f"This theory is {before.label.lower()}: that is not possible (any more).")
    scope_before = Theory.objects.values_list("scope", flat=True).get(pk=held.pk)
    held.state = to
    held.save(update_fields=_FIELDS)
    return TurnTaken.objects.create(
        theory=held,
        turn=turn,
        state_before=before,
        state_after=held.current_state,
        outcome=held.outcome,
        actor=actor,
        proposal=proposal,
        words=words,
        scope_before=scope_before,
        taken_at=at or now(),
    )


def tell_outcome(
    held: Theory, outcome: Outcome, *, happened_on: date, scope: int, waits: timedelta = OBJECTION_TIME
) -> None:
    """What is known once an outcome is: it counts after `waits`, votes and forecasts are closed, and the theory gives
    away what the outcome gives away."""
    moment = now()
    held.outcome, held.happened_on, held.resolved_at = outcome, happened_on, moment + waits
    held.closed_at = held.closed_at or min(moment, held.closes_at or moment)
    held.scope |= scope
    held.scored_at = None


def take_outcome_back(held: Theory, *, is_open: bool) -> None:
    """There is no outcome any more: the theory gives away no more than before it was told. `is_open`: votes and
    forecasts are taken again, until it is due."""
    told = held.turns.filter(turn__in=_TOLD_OUTCOME).order_by("id").last()
    if told and held.outcome:
        held.scope = told.scope_before
    held.outcome, held.happened_on, held.resolved_at, held.scored_at = "", None, None, None
    if is_open:
        held.closed_at = None


def last_resolving(theory: Theory) -> TurnTaken | None:
    """The turn that made it what it now is resolved as."""
    return theory.turns.filter(state_after__in=RESOLVED).exclude(turn__in=[Turn.APPEAL, Turn.UPHOLD]).last()
