"""Who may do what about a theory's outcome. As in `theories.permissions`: verbs ask `require_…`, pages `why_no_…`,
which is the sentence that the first would refuse with, and empty where it would not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import MODERATORS, User
from theories.course import Course, gains_by, seconds_of
from theories.models import Turn
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
    if any(second.fan_id == somebody.pk for second in seconds_of(course.proposal)):
        raise Conflict("You have seconded it already.")
    if course.proposal.seconded_at:
        raise Conflict("It has been seconded already: it waits for objections.")
    if gains_by(somebody, course.theory, course.proposal.outcome):
        raise PermissionDenied(
            "Whoever an outcome proves right does not second it: your vote, your forecast or your theory stands for it."
        )


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


def require_decision(somebody: Somebody, course: Course) -> None:
    _require_judge(somebody, course)
    _require_time(Turn.DECIDE, course)


def require_rejection(somebody: Somebody, course: Course) -> None:
    _require_judge(somebody, course)
    _require_time(Turn.REJECT, course)


def require_undo(somebody: Somebody, course: Course) -> None:
    _require_judge(somebody, course)
    _require_time(Turn.UNDO, course)
    if course.waiting_appeal:
        raise Conflict("Somebody has appealed: whoever decides on that may change the outcome.")
    if _is_over(course.decided_at, UNDO_TIME):
        raise Conflict("An hour has passed: only an appeal changes it now.")


def require_appeal(somebody: Somebody, course: Course) -> None:
    _require_fan(somebody)
    _require_public(course)
    _require_time(Turn.APPEAL, course)
    if course.appeal:
        raise Conflict("Somebody has appealed already. There is one appeal for each theory.")
    if _is_over(course.theory.resolved_at, APPEAL_TIME):
        raise Conflict(f"{APPEAL_TIME.days} days have passed: its outcome stands.")


def require_verdict(somebody: Somebody, course: Course) -> None:
    """To uphold or overturn: by another moderator than who decided; by the same admin only where there is no other."""
    _require_judge(somebody, course)
    _require_time(Turn.UPHOLD, course)
    appeal = course.waiting_appeal
    if appeal is None:
        raise Conflict("No appeal is waiting.")
    if appeal.fan_id == somebody.pk:
        raise PermissionDenied("Nobody decides on their own appeal.")
    has_decided = course.resolving is not None and course.resolving.actor_id == somebody.pk
    if has_decided and not (somebody.is_superuser and _is_alone(somebody, course)):
        raise PermissionDenied("You decided: another moderator decides on the appeal.")


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
    if not somebody.is_authenticated or not course.may_judge(somebody):
        raise PermissionDenied("Only moderators do this.")
    if course.theory.author_id == somebody.pk:
        raise PermissionDenied("Nobody decides about their own theory.")
    _require_public(course)


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


def _is_alone(somebody: Any, course: Course) -> bool:
    """Nobody else could decide."""
    active = User.objects.filter(is_active=True)
    judges = active.filter(groups__name=MODERATORS) | active.filter(is_superuser=True)
    barred = {somebody.pk, course.theory.author_id, course.appeal and course.appeal.fan_id}
    return not judges.exclude(pk__in=barred - {None}).exists()
