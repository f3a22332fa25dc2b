"""How far the resolution of a theory has come, and who would gain by an outcome."""

from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
from moderation.permissions import may_moderate
from theories.models import (
    BELIEVE,
    DOUBT,
    RESOLVED,
    Appeal,
    Forecast,
    Outcome,
    Proposal,
    Second,
    State,
    Theory,
    TurnTaken,
    Vote,
)
from theories.turning import last_resolving, standing_proposal

UNSURE = 50
_FAVOURS = {Outcome.CONFIRMED: BELIEVE, Outcome.BUSTED: DOUBT}
"""The vote that an outcome proves right."""


@dataclass(frozen=True)
class Course:
    """`proposal`: the one that stands. `resolving`: the turn that made it what it is resolved as; None where nothing
    is resolved, or time alone did and no row says so yet."""

    theory: Theory
    proposal: Proposal | None
    resolving: TurnTaken | None
    appeal: Appeal | None
    _judges: dict[int, bool] = field(default_factory=dict)

    def may_judge(self, fan: User) -> bool:
        """Whether they are a moderator; asked once, however many turns are asked about."""
        if fan.pk not in self._judges:
            self._judges[fan.pk] = may_moderate(fan)
        return self._judges[fan.pk]

    @property
    def state(self) -> State:
        return self.theory.current_state

    @property
    def decided_at(self) -> datetime | None:
        return self.resolving.taken_at if self.resolving else self.theory.resolved_at

    @property
    def waiting_appeal(self) -> Appeal | None:
        return self.appeal if self.appeal and self.appeal.decided_at is None else None


def course_of(theory: Theory) -> Course:
    appeal = Appeal.objects.filter(theory=theory).select_related("fan", "moderator").first()
    resolving = last_resolving(theory) if theory.state in RESOLVED else None
    return Course(theory, standing_proposal(theory), resolving, appeal)


def seconds_of(proposal: Proposal) -> list[Second]:
    """Those that count: of fans who are still here."""
    return list(proposal.seconds.filter(fan__is_active=True).select_related("fan"))


def gains_by(fan: User, theory: Theory, outcome: str) -> bool:
    """Whether this outcome would prove the fan right. What was voided or taken back counts too: a forecast is scored
    for as long as it stood."""
    favours = _FAVOURS.get(Outcome(outcome))
    if favours is None:
        return False
    if theory.author_id == fan.pk and favours == BELIEVE:
        return True
    if Vote.objects.filter(theory=theory, fan=fan, value=favours).exists():
        return True
    last = Forecast.objects.filter(theory=theory, fan=fan).order_by("-id").values_list("probability", flat=True).first()
    return last is not None and (last - UNSURE) * favours > 0
