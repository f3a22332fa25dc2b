from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from moderation.cases import Case, find_case
from moderation.models import FLAGS, LONGEST_WAIT, Act, Decision, DecisionReason, Report
from moderation.permissions import require_moderator


class Overtaken(ValidationError):
    """Somebody else decided first: the thing stands as asked already, or not as the moderator saw it."""


def decide(
    moderator: User,
    kind: str,
    object_id: int,
    act: str,
    reason: str,
    words: str,
    seen: int | None = None,
    minutes: int | None = None,
) -> Decision:
    """Hide, restore, lock, unlock or slow down a thing, for a reason that everybody can read.

    `seen` is the id of the latest decision that the moderator knew of (0: none); a newer one is Overtaken. `minutes`
    are those that slow mode lays between two comments.
    """
    require_moderator(moderator)
    decision = Decision(
        moderator=moderator, kind=kind, object_id=object_id, act=act, reason=reason, words=words.strip()
    )
    decision.full_clean(validate_constraints=False)
    with transaction.atomic():
        case = _locked_case(kind, object_id)
        _check(case, Act(act), seen, minutes)
        _flip(case, Act(act), minutes)
        decision.save(force_insert=True)
        Report.objects.about(kind, object_id).filter(closed_at=None).update(closed_at=timezone.now())
        if case.kind.after:
            case.kind.after(case.thing)
    return decision


def record(moderator: User, kind: str, object_id: int, act: Act, reason: DecisionReason, words: str) -> Decision:
    """Puts into the public log what a moderator does elsewhere. Called within the transaction of what is done."""
    require_moderator(moderator)
    decision = Decision(moderator=moderator, kind=kind, object_id=object_id, act=act, reason=reason, words=words)
    decision.full_clean(validate_constraints=False)
    decision.save(force_insert=True)
    return decision


def latest_decision(kind: str, object_id: int) -> Decision | None:
    return Decision.objects.about(kind, object_id).first()


def hidden_notice(kind: str, object_id: int) -> Decision | None:
    """Why a thing is hidden: for its author, who still sees it."""
    return _standing(kind, object_id, Act.HIDE, until=Act.RESTORE)


def last_hidden(kind: str, object_id: int) -> datetime | None:
    """When; whether or not it has been restored since."""
    hidings = Decision.objects.about(kind, object_id).filter(act=Act.HIDE)
    return hidings.values_list("created_at", flat=True).first()


def is_marked_by_moderator(kind: str, object_id: int) -> bool:
    """As a duplicate, and not as one no longer."""
    return _standing(kind, object_id, Act.MARK, until=Act.UNMARK) is not None


def _standing(kind: str, object_id: int, act: Act, *, until: Act) -> Decision | None:
    latest = Decision.objects.about(kind, object_id).filter(act__in=[act, until]).first()
    return latest if latest and latest.act == act else None


def _locked_case(kind: str, object_id: int) -> Case:
    """The case with its row locked until the transaction ends, though not against what only points to it: a reply
    holds the theory that hiding its comment waits for. SQLite has locked the whole file by now."""
    case = find_case(kind, object_id)
    rows = case and type(case.thing)._base_manager.select_for_update(no_key=True)
    locked = rows and rows.filter(pk=case.thing.pk).first()
    if not case or not locked:
        raise ValidationError("What you want to decide about is not there any more.")
    return replace(case, thing=locked)


def _check(case: Case, act: Act, seen: int | None, minutes: int | None) -> None:
    if act not in case.kind.acts:
        raise ValidationError({"act": "That cannot be done to things of this kind."})
    if act == Act.SLOW and not 1 <= (minutes or 0) <= LONGEST_WAIT:
        raise ValidationError({"minutes": f"Say how many minutes: from 1 to {LONGEST_WAIT:,}."})
    latest = latest_decision(case.key, case.thing.pk)
    if seen is not None and latest and latest.pk > seen:
        raise Overtaken("Another moderator decided about this meanwhile. What they did, and why, stands above.")
    if case.stands_as(act, minutes):
        raise Overtaken(f"This is {act.done.lower()} already: nothing was changed.")


def _flip(case: Case, act: Act, minutes: int | None) -> None:
    flag, value = FLAGS[act]
    setattr(case.thing, flag, minutes if value is None else value)
    case.thing.save(update_fields=[flag])
