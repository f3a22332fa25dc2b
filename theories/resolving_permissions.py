"""Who may do what about a theory's outcome. As in `theories.permissions`: verbs ask `require_…`, pages `why_no_…`,
which is the sentence that the first would refuse with, and empty where it would not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import MODERATORS, User
from moderation.permissions import may_moderate
from theories.course import Course, gaining, gains_by, had_a_hand, stands_for
from theories.models import Outcome, Proposal, Second, State, Turn
from theories.permissions import Conflict, Somebody
from theories.states import APPEAL_TIME, STANDS, UNDO_TIME, leads_to

type _Rule = Callable[[Somebody, Course], None]


def require_proposal(somebody: Somebody, course: Course) -> None:
    _require_fan(somebody)
    _require_open_door(course, "nobody proposes how it turned out")
    _require_time(Turn.PROPOSE, course)


def require_second(somebody: Somebody, course: Course) -> None:
    _require_fan(somebody)
    _require_open_door(course, "nothing is seconded")
    _require_time(Turn.SECOND, course)
    _require_proposal_by_another(somebody, course, "Nobody seconds what they proposed themselves.")
    if course.proposal.seconds.filter(fan=somebody).exists():
        raise Conflict("You have seconded it already.")
    if course.proposal.seconded_at:
        raise Conflict("It has been seconded already: it waits for objections.")
    if gains_by(somebody, course.theory, course.proposal.outcome, course.proposal.made_at):
        raise PermissionDenied(
            "Whoever an outcome proves right does not second it: your vote, your forecast or your theory stands for it."
        )


def may_second(fan: User, proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Those that `require_second` lets an active fan second, found among all of them at once."""
    waiting = proposals.filter(
        ended_at=None,
        seconded_at=None,
        theory__state=State.PROPOSED,
        theory__is_hidden=False,
        theory__is_locked=False,
    )
    others = waiting.exclude(fan=fan).exclude(pk__in=Second.objects.filter(fan=fan).values("proposal"))
    return others.exclude(gaining(fan))


def require_objection(somebody: Somebody, course: Course) -> None:
    _require_fan(somebody)
    _require_public(course)
    _require_time(Turn.OBJECT, course)
    _require_proposal_by_another(somebody, course, "You proposed it: take it back instead.")


def require_retraction(somebody: Somebody, course: Course) -> None:
    _require_fan(somebody)
    _require_public(course)
    _require_time(Turn.RETRACT, course)
    if course.proposal is None or course.proposal.fan_id != somebody.pk:
        raise PermissionDenied("Only whoever proposed it takes it back.")


def require_decision(somebody: Somebody, course: Course, outcome: str = "") -> None:
    """`outcome`: the one that they choose; empty: any that they may."""
    _require_judge(somebody, course)
    _require_time(Turn.DECIDE, course)
    if stands_for(somebody, course.proposal):
        raise PermissionDenied("You proposed or seconded an outcome: another moderator decides.")
    _require_no_gain(somebody, course, outcome)


def require_rejection(somebody: Somebody, course: Course) -> None:
    _require_judge(somebody, course)
    _require_time(Turn.REJECT, course)


def require_undo(somebody: Somebody, course: Course) -> None:
    _require_judge(somebody, course)
    _require_time(Turn.UNDO, course)
    if course.waiting_appeal:
        raise Conflict("Somebody has appealed: whoever decides on that may change the outcome.")
    answered = course.answered_appeal
    if answered and answered.moderator_id != somebody.pk:
        raise PermissionDenied("It was appealed against: only whoever decided on that may undo it.")
    if _is_over(answered.decided_at if answered else course.decided_at, UNDO_TIME):
        raise Conflict(f"An hour has passed: {'it stands' if answered else 'only an appeal changes it now'}.")


def require_appeal(somebody: Somebody, course: Course) -> None:
    _require_fan(somebody)
    _require_public(course)
    _require_time(Turn.APPEAL, course)
    if course.resolving is not None and course.resolving.actor_id == somebody.pk:
        raise PermissionDenied("It is your own decision: others appeal against it.")
    if course.appeal:
        raise Conflict("Somebody has appealed already. There is one appeal for each theory.")
    if _is_over(course.theory.resolved_at, APPEAL_TIME):
        raise Conflict(f"{APPEAL_TIME.days} days have passed: its outcome stands.")


def require_verdict(somebody: Somebody, course: Course, outcome: str = "") -> None:
    """To uphold or overturn: by a moderator who had no hand in it and does not gain by the outcome that is appealed
    against, nor by the `outcome` that they choose instead. By the admin who decided only where nobody else could."""
    _require_judge(somebody, course)
    _require_time(Turn.UPHOLD, course)
    if course.waiting_appeal is None:
        raise Conflict("No appeal is waiting.")
    _require_distance(somebody, course)
    _require_no_gain(somebody, course, outcome)
    has_decided = course.resolving is not None and course.resolving.actor_id == somebody.pk
    if has_decided and not (somebody.is_superuser and _is_alone(somebody, course)):
        raise PermissionDenied("You decided: another moderator decides on the appeal.")


def barred_outcomes(somebody: User, course: Course) -> set[str]:
    """Those that they do not choose, since they gain by them."""
    return {outcome for outcome in Outcome.values if gains_by(somebody, course.theory, outcome)}


def _why_not(rule: _Rule, somebody: Somebody, course: Course) -> str:
    try:
        rule(somebody, course)
    except PermissionDenied as refusal:
        return str(refusal)
    except Conflict as refusal:
        return refusal.message
    return ""


why_no_proposal = partial(_why_not, require_proposal)
why_no_second = partial(_why_not, require_second)
why_no_objection = partial(_why_not, require_objection)
why_no_retraction = partial(_why_not, require_retraction)
why_no_decision = partial(_why_not, require_decision)
why_no_rejection = partial(_why_not, require_rejection)
why_no_undo = partial(_why_not, require_undo)
why_no_appeal = partial(_why_not, require_appeal)
why_no_verdict = partial(_why_not, require_verdict)


def _require_fan(somebody: Somebody) -> None:
    if not somebody.is_authenticated:
        raise PermissionDenied("You are not signed in.")
    if not somebody.is_active:
        raise PermissionDenied("This account is closed.")


def _require_judge(somebody: Somebody, course: Course) -> None:
    if not somebody.is_authenticated or not may_moderate(somebody):
        raise PermissionDenied("Only moderators do this.")
    if course.theory.author_id == somebody.pk:
        raise PermissionDenied("Nobody decides about their own theory.")
    _require_public(course)


def _require_no_gain(judge: User, course: Course, outcome: str) -> None:
    if outcome and gains_by(judge, course.theory, outcome):
        raise PermissionDenied(
            "That outcome proves you right: your vote or your forecast stands for it. Another moderator decides on it."
        )


def _require_distance(judge: User, course: Course) -> None:
    """From what is appealed against."""
    if course.waiting_appeal and course.waiting_appeal.fan_id == judge.pk:
        raise PermissionDenied("Nobody decides on their own appeal.")
    if had_a_hand(judge, course):
        raise PermissionDenied("You proposed, seconded or objected: another moderator decides on the appeal.")
    if gains_by(judge, course.theory, course.theory.outcome):
        raise PermissionDenied("The outcome proves you right: another moderator decides on the appeal.")


def _require_public(course: Course) -> None:
    if course.theory.is_hidden or course.theory.is_draft:
        raise Conflict("There is nothing to resolve here.")


def _require_open_door(course: Course, what: str) -> None:
    """What has begun may be objected to, taken back and appealed against though the theory was locked meanwhile."""
    _require_public(course)
    if course.theory.is_locked:
        raise Conflict(f"A moderator has locked this theory: {what}.")


def _require_time(turn: Turn, course: Course) -> None:
    if not leads_to(turn, course.state):
        raise Conflict(STANDS[course.state])


def _require_proposal_by_another(somebody: Somebody, course: Course, why_not: str) -> None:
    if course.proposal is None:
        raise Conflict("No outcome is proposed.")
    if course.proposal.fan_id == somebody.pk:
        raise PermissionDenied(why_not)


def _is_over(since: datetime | None, time: timedelta) -> bool:
    return since is not None and timezone.now() > since + time


def _is_alone(somebody: Somebody, course: Course) -> bool:
    """Nobody else could decide on the appeal."""
    active = User.objects.filter(is_active=True).exclude(pk__in=[somebody.pk, course.theory.author_id])
    judges = active.filter(Q(groups__name=MODERATORS) | Q(is_superuser=True)).distinct()
    return all(_why_not(_require_distance, judge, course) for judge in judges)
