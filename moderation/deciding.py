from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from moderation.cases import Case, find_case
from moderation.models import FLAGS, Act, Decision, Report
from moderation.permissions import require_moderator


class Overtaken(ValidationError):
    """Somebody else decided first: the thing stands as asked already, or not as the moderator saw it."""


def decide(
    moderator: User, kind: str, object_id: int, act: str, reason: str, words: str, seen: int | None = None
) -> Decision:
    """Hide, restore, lock or unlock a thing, for a reason that everybody can read.

    `seen` is the id of the latest decision that the moderator knew of (0: none); a newer one is Overtaken.
    """
    require_moderator(moderator)
    decision = Decision(
        moderator=moderator, kind=kind, object_id=object_id, act=act, reason=reason, words=words.strip()
    )
    decision.full_clean(validate_constraints=False)
    with transaction.atomic():
        case = _locked_case(kind, object_id)
        _check(case, Act(act), seen)
        _flip(case, Act(act))
        decision.save(force_insert=True)
        Report.objects.about(kind, object_id).filter(closed_at=None).update(closed_at=timezone.now())
        if case.kind.after:
            case.kind.after(case.thing)
    return decision


def latest_decision(kind: str, object_id: int) -> Decision | None:
    return Decision.objects.about(kind, object_id).first()


def hidden_notice(kind: str, object_id: int) -> Decision | None:
    """Why a thing is hidden: for its author, who still sees it."""
    turns = Decision.objects.about(kind, object_id).filter(act__in=[Act.HIDE, Act.RESTORE])
    latest = turns.first()
    return latest if latest and latest.act == Act.HIDE else None


def _locked_case(kind: str, object_id: int) -> Case:
    """The case with its row locked until the transaction ends. SQLite has locked the whole file by now."""
    case = find_case(kind, object_id)
    locked = case and type(case.thing)._base_manager.select_for_update().filter(pk=case.thing.pk).first()
    if not case or not locked:
        raise ValidationError("What you want to decide about is not there any more.")
    return replace(case, thing=locked)


def _check(case: Case, act: Act, seen: int | None) -> None:
    if act not in case.kind.acts:
        raise ValidationError({"act": "That cannot be done to things of this kind."})
    latest = latest_decision(case.key, case.thing.pk)
    if seen is not None and latest and latest.pk > seen:
        raise Overtaken("Another moderator decided about this meanwhile. What they did, and why, stands above.")
    if case.stands_as(act):
        raise Overtaken(f"This is {act.done.lower()} already: nothing was changed.")


def _flip(case: Case, act: Act) -> None:
    flag, value = FLAGS[act]
    setattr(case.thing, flag, value)
    case.thing.save(update_fields=[flag])
