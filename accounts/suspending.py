"""Closing an account for a time or for good, and opening it again. Who may, and why, is `moderation`'s business."""

from contextlib import suppress
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import hooks
from accounts.models import User


class _Grown(Exception):
    """They judged one thing more while the others were being locked."""


def hold(fan: User) -> User:
    """The fan's row, locked against all that points to it as well, so that nothing they write at this moment slips
    through; before it the rows that their suspension changes, in the order in which writers lock them. Whoever was
    voting meanwhile has added to those: then all is let go, and locked again from the start. To lock the new ones
    last would be against the order."""
    while True:
        with suppress(_Grown), transaction.atomic():
            found = [counted.find(fan) for counted in hooks.fan_suspending]
            for counted, ids in zip(hooks.fan_suspending, found, strict=True):
                counted.lock(ids)
            held = User.objects.select_for_update().get(pk=fan.pk)
            if [counted.find(fan) for counted in hooks.fan_suspending] != found:
                raise _Grown
            return held


def suspend(fan: User, until: datetime | None) -> None:
    """`until` None: for good. Their sessions end, and what they judged no longer counts."""
    with transaction.atomic():
        held = hold(fan)
        held.is_active, held.suspended_until = False, until
        held.save(update_fields=["is_active", "suspended_until"])
        end_sessions(held)
        _tell(held)
    fan.is_active, fan.suspended_until = False, until


def reopen(fan: User) -> None:
    with transaction.atomic():
        _reopen(hold(fan))
    fan.is_active, fan.suspended_until = True, None


def reopen_if_over(fan: User) -> bool:
    """Whether a suspension had run out, and the account is open again."""
    if fan.is_active or not _is_over(fan):
        return False
    with transaction.atomic():
        held = hold(fan)
        if not held.is_active and _is_over(held):
            _reopen(held)
    fan.refresh_from_db(fields=["is_active", "suspended_until"])
    return fan.is_active


def run_out() -> int:
    """Opens the accounts whose suspension is over; how many."""
    over = User.objects.filter(is_active=False, suspended_until__lte=timezone.now(), erased_at=None)
    return sum(reopen_if_over(fan) for fan in over)


def end_sessions(fan: User) -> None:
    for session in UserSession.objects.filter(user=fan):
        session.end()


def require_present(fan: User) -> None:
    """Asked after a row of theirs is written: on PostgreSQL that waits for a suspension or an erasure which is
    under way, and this then sees it."""
    if not User.objects.filter(pk=fan.pk, is_active=True, erased_at=None).exists():
        raise PermissionDenied("This account is closed.")


def _reopen(held: User) -> None:
    held.is_active, held.suspended_until = True, None
    held.save(update_fields=["is_active", "suspended_until"])
    _tell(held)


def _tell(fan: User) -> None:
    for after in hooks.fan_suspended:
        after(fan)


def _is_over(fan: User) -> bool:
    return fan.suspended_until is not None and fan.suspended_until <= timezone.now() and not fan.is_gone
