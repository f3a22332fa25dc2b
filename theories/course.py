"""How far the resolution of a theory has come, and who would gain by an outcome."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from theories.models import (
    BELIEVE,
    DOUBT,
    NONE,
    RESOLVED,
    Appeal,
    Forecast,
    Outcome,
    Proposal,
    Second,
    State,
    Theory,
    Turn,
    TurnTaken,
    Vote,
)
from theories.permissions import Conflict
from theories.turning import last_resolving, standing_proposal

UNSURE = 50
SIDE_BARRED = "You have seconded this outcome: as long as it is proposed, you do not take its side yourself."
_FAVOURS = {Outcome.CONFIRMED: BELIEVE, Outcome.BUSTED: DOUBT}
"""The vote that an outcome proves right."""
_HANDS = (Turn.PROPOSE, Turn.SECOND, Turn.OBJECT)


@dataclass(frozen=True)
class Course:
    """`proposal`: the one that stands. `resolving`: the turn that made it what it is resolved as; None where nothing
    is resolved, or time alone did and no row says so yet."""

    theory: Theory
    proposal: Proposal | None
    resolving: TurnTaken | None
    appeal: Appeal | None

    @property
    def state(self) -> State:
        return self.theory.current_state

    @property
    def decided_at(self) -> datetime | None:
        return self.resolving.taken_at if self.resolving else self.theory.resolved_at

    @property
    def answered_appeal(self) -> Appeal | None:
        """Whose answer is why it is resolved as it is: it upheld the outcome, or changed it."""
        if self.appeal is None or self.appeal.decided_at is None:
            return None
        is_changed = self.resolving is not None and self.resolving.turn == Turn.OVERTURN
        is_upheld = self.decided_at is not None and self.decided_at <= self.appeal.decided_at
        return self.appeal if is_changed or is_upheld else None

    @property
    def waiting_appeal(self) -> Appeal | None:
        return self.appeal if self.appeal and self.appeal.decided_at is None else None


def course_of(theory: Theory) -> Course:
    appeal = Appeal.objects.filter(theory=theory).select_related("fan", "moderator").first()
    resolving = last_resolving(theory) if theory.state in RESOLVED else None
    return Course(theory, standing_proposal(theory), resolving, appeal)


def seconds_that_count() -> QuerySet[Second]:
    """Of fans who are still here and, as long as it waits for more, do not gain by the outcome. What has been seconded
    keeps its seconds, and its time: nobody votes or forecasts any more until that has been taken back."""
    waiting = Q(proposal__seconded_at=None, proposal__ended_at=None)
    found = Second.objects.filter(fan__is_active=True).exclude(waiting & _of_proposals(OuterRef("fan"), "proposal__"))
    return found.select_related("fan")


def seconds_of(proposal: Proposal) -> QuerySet[Second]:
    """Those that count."""
    return seconds_that_count().filter(proposal=proposal)


def gains_by(fan: User, theory: Theory, outcome: str, since: datetime | None = None) -> bool:
    """Whether this outcome would prove the fan right, by what they have said `since` (None: ever)."""
    if outcome not in _FAVOURS:
        return False
    right = _proves_right(fan, outcome, "pk", since)
    if outcome == Outcome.CONFIRMED:
        right |= Q(author=fan)
    return Theory.objects.filter(right, pk=theory.pk).exists()


def gaining(fan: User) -> Q:
    """Of proposals: those whose outcome would prove the fan right."""
    return _of_proposals(fan)


def _of_proposals(fan: User | OuterRef, within: str = "") -> Q:
    """Of rows that lead to a proposal by the path `within`."""
    since = OuterRef(f"{within}made_at")
    author = F("fan") if isinstance(fan, OuterRef) else fan
    each = (
        Q(**{f"{within}outcome": outcome}) & _proves_right(fan, outcome, f"{within}theory", since)
        for outcome in _FAVOURS
    )
    own = Q(**{f"{within}outcome": Outcome.CONFIRMED, f"{within}theory__author": author})
    return reduce(or_, each, own)


def _proves_right(fan: User | OuterRef, outcome: str, theory: str, since: datetime | OuterRef | None) -> Q:
    """By a vote as it now is: one that was taken back is 0, and no longer says what it was. By a forecast that stood
    `since` then or was the last word, though it was taken back: it is scored for as long as it stood. What was voided
    counts too. `theory`: the column by which rows know their theory."""
    favours, here = _FAVOURS[Outcome(outcome)], {"fan": fan, "theory": OuterRef(theory)}
    side = {"probability__gt": UNSURE} if favours == BELIEVE else {"probability__lt": UNSURE}
    said = Forecast.objects.filter(**here, **side)
    if since is not None:
        later = Forecast.objects.filter(theory=OuterRef("theory"), fan=OuterRef("fan"), pk__gt=OuterRef("pk"))
        said = said.filter(Q(stood_until=None) | Q(stood_until__gt=since) | ~Exists(later))
    return Q(Exists(Vote.objects.filter(**here, value=favours))) | Q(Exists(said))


def require_side(fan: User, theory: Theory, side: int) -> None:
    """Whoever has seconded an outcome takes no side for it while it waits for the other second. Were that second
    merely not counted, everybody could read off the count what its fan, who is named, had voted.

    Raises a Conflict. `side`: BELIEVE, DOUBT or neither."""
    if side and side == barred_side(fan.pk, theory):
        raise Conflict(SIDE_BARRED)


def barred_side(fan_id: int | None, theory: Theory) -> int:
    """The side that `require_side` refuses to this fan; NONE where both are free. A query where something is proposed,
    unless the theory came with it (`voting.with_own`)."""
    if not fan_id or theory.state != State.PROPOSED:
        return NONE
    is_known = hasattr(theory, "own_second")
    outcome = theory.own_second if is_known else outcomes_seconded(fan_id, theory.pk).first()
    return _FAVOURS.get(outcome, NONE)


def outcomes_seconded(fan_id: int, theory: int | OuterRef) -> QuerySet:
    """The outcome that a fan has seconded and that still is proposed; one at most."""
    mine = Second.objects.filter(fan=fan_id, proposal__theory=theory, proposal__ended_at=None)
    return mine.order_by().values_list("proposal__outcome", flat=True)


def side_of(probability: int) -> int:
    """The vote that a forecast comes to."""
    return (probability > UNSURE) - (probability < UNSURE)


def had_a_hand(fan: User, course: Course) -> bool:
    """In what it is resolved as: they ever proposed, seconded or objected to an outcome of this theory."""
    return course.theory.turns.filter(turn__in=_HANDS, actor=fan).exists()


def stands_for(fan: User, proposal: Proposal | None) -> bool:
    """They made it, or seconded it."""
    return proposal is not None and (proposal.fan_id == fan.pk or proposal.seconds.filter(fan=fan).exists())
