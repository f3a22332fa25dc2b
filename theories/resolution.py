"""How a theory turned out, or may have, as one viewer gets it. The caller has made sure that the viewer sees the
theory itself."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.safestring import SafeString

from lore import markup
from lore.spoilers import Fold, Shield, Viewer, folded
from theories.course import Course, seconds_that_count
from theories.models import RESOLVED, Appeal, Ending, Objection, Proposal, Second, State, Theory, Turn, TurnTaken
from theories.resolving_permissions import (
    why_no_appeal,
    why_no_decision,
    why_no_objection,
    why_no_proposal,
    why_no_rejection,
    why_no_retraction,
    why_no_second,
    why_no_undo,
    why_no_verdict,
)
from theories.states import leads_to

_TOLD_IN_HEAD = (State.PROPOSED, State.DISPUTED, *RESOLVED)
_EXCERPT = 240


@dataclass(frozen=True)
class Told:
    """One proposal, standing or not, with the evidence for it. `counted`: how many seconds count."""

    proposal: Proposal
    html: SafeString
    excerpt: str
    seconds: list[Second]
    objections: list[Objection]
    counted: int
    gives_away: str
    is_shield: ClassVar[bool] = False
    is_fold: ClassVar[bool] = False

    @property
    def is_standing(self) -> bool:
        return self.proposal.ended_at is None


@dataclass(frozen=True)
class Part:
    """One thing that can be done: by whom, and why this viewer cannot (empty: they can)."""

    turn: Turn
    what: str
    who: str
    why_not: str


_ANY_FAN = "Any fan"
_MODERATOR = "A moderator, but not the author"
_DECIDER = "A moderator who neither posted, proposed nor seconded it, for an outcome that does not prove them right"
_UNDOER = f"{_MODERATOR}, within an hour; after an appeal, whoever decided on it"
_JUDGE = "A moderator who had no hand in it, and whom neither outcome proves right"
_PARTS: tuple[tuple[Turn, str, str, Callable[[Any, Course], str]], ...] = (
    (Turn.PROPOSE, "Propose an outcome", _ANY_FAN, why_no_proposal),
    (Turn.SECOND, "Second it", "Two fans whom it does not prove right", why_no_second),
    (Turn.OBJECT, "Object", "Any fan but the proposer, within 72 hours of the last second", why_no_objection),
    (Turn.RETRACT, "Take the proposal back", "Whoever proposed it", why_no_retraction),
    (Turn.DECIDE, "Decide", _DECIDER, why_no_decision),
    (Turn.REJECT, "Set the proposal aside", _MODERATOR, why_no_rejection),
    (Turn.UNDO, "Undo the resolution", _UNDOER, why_no_undo),
    (Turn.APPEAL, "Appeal", "Any fan, once for each theory, within 14 days", why_no_appeal),
    (Turn.UPHOLD, "Uphold the outcome", _JUDGE, why_no_verdict),
    (Turn.OVERTURN, "Change the outcome", _JUDGE, why_no_verdict),
)


def parts(somebody: Any, course: Course) -> list[Part]:
    return [Part(turn, what, who, why_no(somebody, course)) for turn, what, who, why_no in _PARTS]


def next_step(possible: Iterable[Part], course: Course, *, judges: bool) -> Part | None:
    """What would bring it on as things stand. None where it is not up to this viewer, or done with."""
    state, turn = course.state, None
    if leads_to(Turn.PROPOSE, state):
        turn = Turn.PROPOSE
    elif state == State.PROPOSED:
        turn = Turn.OBJECT if course.theory.is_seconded else Turn.SECOND
    elif state == State.DISPUTED:
        turn = Turn.DECIDE if judges else None
    elif state in RESOLVED:
        turn = Turn.UPHOLD if judges and course.waiting_appeal else Turn.APPEAL
    return next((part for part in possible if part.turn == turn), None)


def headline(viewer: Viewer, theory: Theory) -> Told | Shield | None:
    """What the theory's own page tells: what is proposed, or why it is resolved. One query; none while it is open."""
    if theory.current_state not in _TOLD_IN_HEAD:
        return None
    proposals = theory.proposals.filter(Q(ended_at=None) | Q(ending=Ending.SETTLED)).select_related("fan")
    seconds = seconds_that_count().filter(proposal=OuterRef("pk")).order_by().values("proposal")
    counted = Subquery(seconds.annotate(n=Count("pk")).values("n"))
    found = proposals.annotate(counted=Coalesce(counted, 0)).first()
    return _told(viewer, theory, found, found.counted) if found else None


def proposals(viewer: Viewer, theory: Theory) -> list[Told | Shield]:
    """All that was ever proposed, newest first, with who seconded it and who objected."""
    seconds = Prefetch("seconds", seconds_that_count())
    objections = Prefetch("objections", Objection.objects.select_related("fan"))
    rows = theory.proposals.select_related("fan").prefetch_related(seconds, objections)
    return [
        _told(viewer, theory, row, len(row.seconds.all()), list(row.seconds.all()), list(row.objections.all()))
        for row in rows
    ]


def trail(viewer: Viewer, theory: Theory) -> list[TurnTaken | Shield | Fold]:
    turns = theory.turns.select_related("actor", "proposal")
    return list(folded(turn if may_read(viewer, theory, turn) else viewer.shield(turn) for turn in turns))


def readable_appeal(viewer: Viewer, theory: Theory, appeal: Appeal | None) -> Appeal | None:
    """None, too, where it speaks of an outcome that was undone, and that this viewer may not know of."""
    turns = theory.turns.filter(turn=Turn.APPEAL).select_related("proposal")
    return appeal if appeal and all(may_read(viewer, theory, turn) for turn in turns) else None


def _told(
    viewer: Viewer,
    theory: Theory,
    proposal: Proposal,
    counted: int,
    seconds: Sequence[Second] = (),
    objections: Sequence[Objection] = (),
) -> Told | Shield:
    proposal.theory = theory
    if not may_read(viewer, theory, proposal):
        return viewer.shield(proposal)
    evidence = markup.from_json(proposal.compiled)
    grant = _granted(viewer, proposal)
    return Told(
        proposal=proposal,
        html=evidence.render(grant, viewer.names),
        excerpt=_cut(evidence.plain(grant)),
        seconds=list(seconds),
        objections=list(objections),
        counted=counted,
        gives_away=viewer.names(proposal.scope) if proposal.scope else "",
    )


def may_read(viewer: Viewer, theory: Theory, thing: Proposal | TurnTaken) -> bool:
    """What gives away no more than the theory, into which the viewer was let, comes along."""
    thing.theory = theory
    beyond = _scope_of(thing) & ~theory.scope
    return viewer.inside(beyond) or viewer.sees(thing, within=theory)


def _scope_of(thing: Proposal | TurnTaken) -> int:
    if isinstance(thing, Proposal):
        return thing.scope
    repeated = thing.theory.duplicate_of if thing.turn == Turn.MARK else None
    return thing.scope_before | (thing.proposal.scope if thing.proposal else 0) | (repeated.scope if repeated else 0)


def _granted(viewer: Viewer, proposal: Proposal) -> Callable[[int], bool]:
    is_own = viewer.fan_id is not None and viewer.fan_id == proposal.fan_id
    scope = proposal.scope | proposal.theory.scope
    return lambda mask: is_own or viewer.inside(mask & ~scope)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT].rsplit(' ', 1)[0]} …"


def standing(told: Iterable[Told | Shield]) -> Told | None:
    """The one that stands, when the viewer may read it."""
    return next((one for one in told if not one.is_shield and one.is_standing), None)
