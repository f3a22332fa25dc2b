"""Resolving theories: an outcome is proposed, seconded and objected to, decided by moderators, undone and appealed
against. Every verb holds the theory, asks `theories.resolving_permissions`, and moves it by `theories.turning`.

`seen` is the id of the last turn (`TurnTaken`) that a moderator knew of, 0 for none: a newer one is a Conflict. None:
whichever."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from lore import markup
from lore.canon import fan_lexicon_for
from moderation.deciding import record
from moderation.models import Act, DecisionReason
from theories import search
from theories.clock import now
from theories.counting import recount
from theories.course import Course, course_of, seconds_of
from theories.models import Appeal, Ending, Objection, Outcome, Proposal, Second, State, Theory, Turn
from theories.permissions import Conflict
from theories.posting import show_picture
from theories.resolving_permissions import (
    require_appeal,
    require_decision,
    require_objection,
    require_proposal,
    require_rejection,
    require_retraction,
    require_second,
    require_undo,
    require_verdict,
)
from theories.states import SECONDS_NEEDED
from theories.tasks import follow, follow_proposal
from theories.telling import tell_of_turn
from theories.turning import check, end, hold, take, take_outcome_back, tell_outcome

log = logging.getLogger(__name__)
LONGEST_EVIDENCE, LONGEST_REASON, LONGEST_WORDS = 4000, 2000, 1000
BATCH = 200
_PATIENCE = timedelta(minutes=10)
"""How long scores may wait for their task before `settle_due` works them out itself."""
_AT_ONCE = timedelta(0)
_IN_THE_LOG = "How it turned out, and why, stands with the theory."


@dataclass(frozen=True)
class Finding:
    """What somebody says turned out. `scope` None: what the theory gives away, and the work that it waited for."""

    outcome: Outcome | str
    evidence: str
    happened_on: date
    scope: int | None = None


def propose(theory_id: int, fan: User, finding: Finding) -> Proposal:
    compiled = _checked(finding, "evidence", LONGEST_EVIDENCE)
    with transaction.atomic():
        course = _held(theory_id)
        require_proposal(fan, course)
        _check_day(finding, course.theory)
        proposal = _written(course.theory, fan, finding, compiled)
        take(course.theory, Turn.PROPOSE, State.PROPOSED, actor=fan, proposal=proposal)
        transaction.on_commit(partial(follow_proposal.enqueue, proposal.pk))
    return proposal


def second(theory_id: int, fan: User, proposal_id: int) -> Theory:
    """The last second that it needs tells the outcome: votes and forecasts close, and objections have their time."""
    with transaction.atomic():
        course = _held(theory_id, proposal_id)
        require_second(fan, course)
        theory, proposal = course.theory, course.proposal
        Second.objects.create(proposal=proposal, fan=fan, made_at=now())
        if seconds_of(proposal).count() >= SECONDS_NEEDED:
            proposal.seconded_at = now()
            proposal.save(update_fields=["seconded_at"])
            tell_outcome(theory, Outcome(proposal.outcome), happened_on=proposal.happened_on, scope=proposal.scope)
        take(theory, Turn.SECOND, State.PROPOSED, actor=fan, proposal=proposal)
        _announce(theory)
    return theory


def object_to(theory_id: int, fan: User, proposal_id: int, reason: str) -> Objection:
    _check_words("reason", reason, LONGEST_REASON)
    with transaction.atomic():
        course = _held(theory_id, proposal_id)
        require_objection(fan, course)
        theory, proposal = course.theory, course.proposal
        objection = Objection.objects.create(proposal=proposal, fan=fan, reason=reason, made_at=now())
        take_outcome_back(theory, is_open=False)
        tell_of_turn(theory, take(theory, Turn.OBJECT, State.DISPUTED, actor=fan, proposal=proposal, words=reason))
        _announce(theory)
    return objection


def retract(theory_id: int, fan: User, proposal_id: int) -> Theory:
    with transaction.atomic():
        course = _held(theory_id, proposal_id)
        require_retraction(fan, course)
        end(course.proposal, Ending.RETRACTED)
        take_outcome_back(course.theory, is_open=True)
        take(course.theory, Turn.RETRACT, State.OPEN, actor=fan, proposal=course.proposal)
        _announce(course.theory)
    return course.theory


def decide(theory_id: int, moderator: User, finding: Finding, *, seen: int | None = None) -> Theory:
    """Resolves at once, whether or not somebody proposed this outcome, another or none."""
    compiled = _checked(finding, "words", LONGEST_WORDS)

    def judge(course: Course) -> None:
        theory, proposal = course.theory, course.proposal
        _check_day(finding, theory)
        if proposal:
            end(proposal, Ending.SETTLED if proposal.outcome == finding.outcome else Ending.OVERRIDDEN)
        _tell_decided(theory, Turn.DECIDE, moderator, finding, compiled)

    require = partial(require_decision, outcome=finding.outcome)
    return _judged(theory_id, moderator, require, Act.RESOLVE, judge, seen)


def reject(theory_id: int, moderator: User, words: str, *, seen: int | None = None) -> Theory:
    """Sets aside what is proposed or disputed: the theory is open again, or due."""
    _check_words("words", words, LONGEST_WORDS)

    def judge(course: Course) -> None:
        if course.proposal:
            end(course.proposal, Ending.REJECTED)
        take_outcome_back(course.theory, is_open=True)
        taken = take(course.theory, Turn.REJECT, State.OPEN, actor=moderator, proposal=course.proposal, words=words)
        tell_of_turn(course.theory, taken)

    return _judged(theory_id, moderator, require_rejection, Act.SET_ASIDE, judge, seen)


def undo(theory_id: int, moderator: User, words: str, *, to: State = State.OPEN, seen: int | None = None) -> Theory:
    """Takes a fresh resolution back, to be open again or to be decided anew."""
    _check_words("words", words, LONGEST_WORDS)
    if to not in {State.OPEN, State.DISPUTED}:
        raise ValidationError({"to": "It becomes open again, or disputed."})

    def judge(course: Course) -> None:
        _end_settled(course.theory, Ending.REJECTED)
        take_outcome_back(course.theory, is_open=to == State.OPEN)
        take(course.theory, Turn.UNDO, State(to), actor=moderator, words=words)

    return _judged(theory_id, moderator, require_undo, Act.UNDO, judge, seen)


def appeal(theory_id: int, fan: User, reason: str) -> Appeal:
    _check_words("reason", reason, LONGEST_REASON)
    with transaction.atomic():
        course = _held(theory_id)
        require_appeal(fan, course)
        made = Appeal.objects.create(theory=course.theory, fan=fan, reason=reason, made_at=now())
        take(course.theory, Turn.APPEAL, course.state, actor=fan, words=reason)
    return made


def uphold(theory_id: int, moderator: User, words: str, *, seen: int | None = None) -> Theory:
    _check_words("words", words, LONGEST_WORDS)

    def judge(course: Course) -> None:
        _answer(course.appeal, moderator, words)
        tell_of_turn(course.theory, take(course.theory, Turn.UPHOLD, course.state, actor=moderator, words=words))

    return _judged(theory_id, moderator, require_verdict, Act.UPHOLD, judge, seen)


def overturn(theory_id: int, moderator: User, finding: Finding, *, seen: int | None = None) -> Theory:
    compiled = _checked(finding, "words", LONGEST_WORDS)

    def judge(course: Course) -> None:
        if course.theory.outcome == finding.outcome:
            raise ValidationError({"outcome": "That is the outcome it has. To keep it, uphold it."})
        _check_day(finding, course.theory)
        _answer(course.appeal, moderator, finding.evidence)
        _end_settled(course.theory, Ending.OVERRIDDEN)
        _tell_decided(course.theory, Turn.OVERTURN, moderator, finding, compiled)

    require = partial(require_verdict, outcome=finding.outcome)
    return _judged(theory_id, moderator, require, Act.OVERTURN, judge, seen)


def settle_due(most: int = BATCH) -> int:
    """Writes down what time has resolved, and scores what was resolved and not scored; up to `most` of each. May run
    twice, and at once. How many were settled."""
    waiting = Theory.objects.settled().filter(scored_at=None).order_by("resolved_at", "id")
    # Found before anything is settled: what is settled now has its task.
    forgotten = _ids(waiting.filter(resolved_at__lte=now() - _PATIENCE).exclude(state=State.PROPOSED), most)
    settled = [_tried(pk, _settle) for pk in _ids(waiting.filter(state=State.PROPOSED), most)]
    for pk in forgotten:
        _tried(pk, follow)
    return sum(settled)


def _ids(theories: Any, most: int) -> list[int]:
    return list(theories.values_list("pk", flat=True)[:most])


def _settle(theory_id: int) -> None:
    with transaction.atomic():
        hold(theory_id)


def _tried(theory_id: int, act: Callable[[int], None]) -> bool:
    """One that fails must not keep the others waiting."""
    try:
        act(theory_id)
    except Exception:
        log.exception("theory %s was not settled", theory_id)
        return False
    return True


def _held(theory_id: int, proposal_id: int | None = None) -> Course:
    """The theory locked, with how far its resolution is. `proposal_id`: what was proposed when somebody looked."""
    course = course_of(hold(theory_id, "author", "due_work"))
    if proposal_id is not None and course.proposal is not None and course.proposal.pk != proposal_id:
        raise Conflict("What you saw is not what is proposed now.")
    return course


def _judged(
    theory_id: int,
    moderator: User,
    require: Callable[[User, Course], None],
    act: Act,
    judge: Callable[[Course], None],
    seen: int | None,
) -> Theory:
    """What moderators do stands in the public log too, which gives nothing away."""
    with transaction.atomic():
        course = _held(theory_id)
        require(moderator, course)
        _check_seen(course.theory, seen)
        judge(course)
        _announce(course.theory)
        reason = DecisionReason.MISTAKE if act == Act.UNDO else DecisionReason.OUTCOME
        record(moderator, "theory", theory_id, act, reason, _IN_THE_LOG)
    return course.theory


def _check_seen(theory: Theory, seen: int | None) -> None:
    if seen is not None and theory.turns.filter(pk__gt=seen).exists():
        raise Conflict("Something happened meanwhile: look at it before you decide.")


def _written(theory: Theory, fan: User, finding: Finding, compiled: dict[str, Any], **ended: Any) -> Proposal:
    awaited = theory.due_work.mask if theory.due_work else 0
    return Proposal.objects.create(
        theory=theory,
        fan=fan,
        outcome=finding.outcome,
        evidence=finding.evidence,
        compiled=compiled,
        scope=theory.scope | awaited if finding.scope is None else finding.scope,
        happened_on=finding.happened_on,
        made_at=now(),
        **ended,
    )


def _tell_decided(theory: Theory, turn: Turn, moderator: User, finding: Finding, compiled: dict[str, Any]) -> None:
    """The moderator's finding is the proposal that became the resolution."""
    ended = {"ended_at": now(), "ending": Ending.SETTLED}
    found = _written(theory, moderator, finding, compiled, **ended)
    outcome = Outcome(finding.outcome)
    check(theory, turn)
    tell_outcome(theory, outcome, happened_on=found.happened_on, scope=found.scope, waits=_AT_ONCE)
    take(theory, turn, State(outcome), actor=moderator, proposal=found, words=finding.evidence)


def _end_settled(theory: Theory, ending: Ending) -> None:
    theory.proposals.filter(ending=Ending.SETTLED).update(ending=ending)


def _answer(made: Appeal, moderator: User, words: str) -> None:
    made.moderator, made.decided_at, made.words = moderator, now(), words
    made.save(update_fields=["moderator", "decided_at", "words"])


def _announce(theory: Theory) -> None:
    """What it gives away may have changed."""
    recount([theory.pk])
    search.publish(theory)
    show_picture(theory)


def _checked(finding: Finding, field: str, longest: int) -> dict[str, Any]:
    """The evidence compiled. Raises a ValidationError that names the fields."""
    if finding.outcome not in Outcome.values:
        raise ValidationError({"outcome": "Choose an outcome."})
    if finding.happened_on > timezone.now().date():
        raise ValidationError({"happened_on": "Choose a day that has been."})
    _check_words(field, finding.evidence, longest)
    try:
        return markup.to_json(markup.compile_fan(finding.evidence, fan_lexicon_for(finding.evidence)))
    except markup.MarkupError as error:
        raise ValidationError({field: str(error)})


def _check_day(finding: Finding, theory: Theory) -> None:
    """A day earlier than it was posted is let pass: where its author lives it may have been another day."""
    first = theory.opened_at.date() - timedelta(days=1)
    if finding.happened_on < first:
        raise ValidationError({"happened_on": f"Choose {date_format(first, 'j F Y')} or later: it was posted then."})


def _check_words(field: str, words: str, longest: int) -> None:
    if not words.strip():
        raise ValidationError({field: "Say why, so that others can see for themselves."})
    if len(words) > longest:
        raise ValidationError({field: f"That is too long: {longest:,} characters at most."})
