"""The one place where a theory's state changes: only as `theories.states` allows, each time with a row of the trail.

Whoever changes a theory holds it first (`hold`), within a transaction."""

from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction

from accounts.models import User
from theories.clock import now
from theories.counting import recount
from theories.models import RESOLVED, Ending, Outcome, Proposal, State, Theory, Turn, TurnTaken
from theories.permissions import Conflict
from theories.states import LEAST_LEFT, OBJECTION_TIME, STANDS, leads_to
from theories.tasks import follow_resolution

_FIELDS = [
    *("state", "opened_at", "outcome", "closed_at", "happened_on"),
    *("resolved_at", "scored_at", "scope", "duplicate_of"),
]
_TOLD_OUTCOME = (Turn.SECOND, Turn.DECIDE, Turn.OVERTURN)
"""Turns that tell an outcome, and so may widen what the theory gives away."""
_FOLLOWED = (Turn.SETTLE, Turn.DECIDE, Turn.OVERTURN, Turn.UNDO)
"""Turns after which records are no longer what they were."""


def hold(theory_id: int, *related: str) -> Theory:
    """The theory as it now stands, its row locked and brought in line with the clock. Raises Theory.DoesNotExist."""
    rows = Theory.objects.select_for_update(of=("self",), no_key=True)
    held = (rows.select_related(*related) if related else rows).get(pk=theory_id)
    if held.is_settled:
        _settle(held)
    return held


def _settle(held: Theory) -> None:
    """What was seconded, and what nobody objected to in time, is the resolution."""
    proposal = standing_proposal(held)
    if proposal:
        end(proposal, Ending.SETTLED, at=held.resolved_at)
    take(held, Turn.SETTLE, State(held.outcome), proposal=proposal, at=held.resolved_at)
    recount([held.pk])


def settle_before_hiding(held: Theory) -> None:
    """What time had resolved when it was hidden is resolved. Afterwards nobody can object: time stands still."""
    if held.state == State.PROPOSED and held.resolved_at and held.resolved_at <= now():
        _settle(held)


def give_time_back(held: Theory, hidden_at: datetime) -> None:
    """An outcome that waited for objections when its theory was hidden has the time that was left, at least a day."""
    if held.state == State.PROPOSED and held.resolved_at:
        held.resolved_at = now() + max(held.resolved_at - hidden_at, LEAST_LEFT)
        held.save(update_fields=["resolved_at"])


def standing_proposal(theory: Theory) -> Proposal | None:
    return theory.proposals.filter(ended_at=None).select_related("fan").first()


def end(proposal: Proposal, ending: Ending, *, at: datetime | None = None) -> None:
    proposal.ended_at, proposal.ending = at or now(), ending
    proposal.save(update_fields=["ended_at", "ending"])


def check(theory: Theory, turn: Turn) -> None:
    """Raises a Conflict where the turn is refused now."""
    if not leads_to(turn, theory.current_state):
        raise Conflict(STANDS[theory.current_state])


def take(
    held: Theory,
    turn: Turn,
    to: State,
    *,
    actor: User | None = None,
    words: str = "",
    proposal: Proposal | None = None,
    at: datetime | None = None,
    beside: int = 0,
) -> TurnTaken:
    """Moves a held theory to the state `to`. What else belongs to that state (`tell_outcome`, `take_outcome_back`)
    has been set on it before; it is saved here with it. `beside`: what its words give away beyond the theory."""
    before = held.current_state if not held.is_settled else State.PROPOSED
    if to not in leads_to(turn, before):
        raise Conflict(STANDS[before])
    scope_before = Theory.objects.values_list("scope", flat=True).get(pk=held.pk)
    held.state = to
    held.save(update_fields=_FIELDS)
    if turn in _FOLLOWED:
        transaction.on_commit(partial(follow_resolution.enqueue, held.pk))
    return TurnTaken.objects.create(
        theory=held,
        turn=turn,
        state_before=before,
        state_after=held.current_state,
        outcome=held.outcome,
        actor=actor,
        proposal=proposal,
        words=words,
        scope_before=scope_before | beside,
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
    held.scope &= ~_added_by_outcome(held)
    held.outcome, held.happened_on, held.resolved_at, held.scored_at = "", None, None, None
    if is_open:
        held.closed_at = None


def _added_by_outcome(held: Theory) -> int:
    """What it gives away only since an outcome was told, told again or changed. What staff have said since that it
    gives away stays."""
    added = 0
    for turn in held.turns.select_related("proposal").order_by("-id"):
        if not turn.outcome:
            break
        if turn.turn in _TOLD_OUTCOME and turn.proposal:
            added |= turn.proposal.scope & ~turn.scope_before
    return added


def last_resolving(theory: Theory) -> TurnTaken | None:
    """The turn that made it what it now is resolved as."""
    return theory.turns.filter(state_after__in=RESOLVED).exclude(turn__in=[Turn.APPEAL, Turn.UPHOLD]).last()
