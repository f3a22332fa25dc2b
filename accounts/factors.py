"""The way back in for whoever has lost their second factor, and slow on purpose for whoever only says so.

It takes the password, then a link in a mail, then WAIT. All that time whoever still has the factor, or reads the mail,
can stop it. Staff never come in this way: another administrator takes the factor off, and that is written down.
"""

import logging
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import FactorReset, User
from accounts.suspending import end_sessions
from ballerina_site.http import canonical
from ballerina_site.tally import count

log = logging.getLogger("security")
WAIT_HOURS = 72
"""Over a weekend: long enough for whoever owns the account to read a mail."""
WAIT, LINK_STANDS = timedelta(hours=WAIT_HOURS), timedelta(hours=24)
MOST_LINKS, _HOUR = 2, 60 * 60
"""An hour, by whoever knows the password: its owner reads each of these mails."""
_CONFIRM, _STOP = "accounts.factors.confirm", "accounts.factors.stop"


def ask(fan: User) -> None:
    """Who asks has just given the password. A link goes to every confirmed address."""
    if fan.is_staff:
        raise ValidationError("You are staff: another administrator has to take your second factor off.")
    with transaction.atomic():
        # Whoever asks at once again waits here for the first.
        User.objects.select_for_update(no_key=True).get(pk=fan.pk)
        if FactorReset.objects.filter(fan=fan, due_at__isnull=False).exists():
            raise ValidationError("You have asked already. What happens now stands in the mail that we sent you.")
        now = timezone.now()
        # A link that was sent goes on working: whoever else knows the password could else keep its owner from it.
        FactorReset.objects.filter(fan=fan, asked_at__lt=now - LINK_STANDS).delete()
        reset, _ = FactorReset.objects.get_or_create(fan=fan, defaults={"asked_at": now})
        if count(f"factor:{fan.pk}:{int(now.timestamp()) // _HOUR}", _HOUR) > MOST_LINKS:
            raise ValidationError("We have sent you the link already. Look for it in your mail, among the spam too.")
        address = _address("confirm_lost_factor", reset, _CONFIRM)
        _write(reset, "factor_asked", confirm=address, hours=int(LINK_STANDS.total_seconds() // 3600))
    log.warning("second factor said to be lost: account %s", fan.pk)


def to_confirm(token: str) -> FactorReset | None:
    return _behind(token, _CONFIRM, LINK_STANDS)


def to_stop(token: str) -> FactorReset | None:
    return _behind(token, _STOP)


def confirm(reset: FactorReset) -> FactorReset:
    """From now on the time runs; every confirmed address hears how to stop it. Once more changes nothing."""
    with transaction.atomic():
        held = FactorReset.objects.select_for_update().select_related("fan").filter(pk=reset.pk).first()
        if held is None:
            raise ValidationError("It has been stopped meanwhile.")
        if held.confirmed_at is None:
            held.confirmed_at = timezone.now()
            held.due_at = held.confirmed_at + WAIT
            held.save(update_fields=["confirmed_at", "due_at"])
            _write(held, "factor_goes", stop=_address("keep_factor", held, _STOP), due=held.due_at)
    return held


def stop(fan: User) -> None:
    gone, _ = FactorReset.objects.filter(fan=fan).delete()
    if gone:
        log.warning("taking off a second factor was stopped: account %s", fan.pk)


def pending(fan: User) -> FactorReset | None:
    """For whoever is signed in: somebody has asked, and the time runs."""
    return FactorReset.objects.filter(fan=fan, due_at__isnull=False).first()


def take_off_due() -> int:
    """Those whose time has come; how many."""
    due = FactorReset.objects.filter(due_at__lte=timezone.now()).values_list("pk", flat=True)
    return sum(_take_off_due(pk) for pk in list(due))


def take_off(fan: User) -> None:
    """All factors go, and all sessions end. The password stays."""
    with transaction.atomic():
        Authenticator.objects.filter(user=fan).delete()
        FactorReset.objects.filter(fan=fan).delete()
        end_sessions(fan)
        _mail(fan, "factor_gone", {})
    log.warning("second factor taken off: account %s", fan.pk)


def take_off_for(admin: User, fan: User) -> None:
    """By an administrator, for somebody else."""
    if not admin.is_superuser or admin.pk == fan.pk:
        raise PermissionDenied("Another administrator has to do that.")
    take_off(fan)
    log.warning("second factor of %s taken off by %s", fan.pk, admin.pk)


def _take_off_due(pk: int) -> bool:
    with transaction.atomic():
        reset = FactorReset.objects.select_for_update().select_related("fan").filter(pk=pk).first()
        if reset is None or reset.due_at is None or reset.due_at > timezone.now():
            return False
        if reset.fan.is_staff or not reset.fan.is_active:
            # They have become so since, or are suspended: nothing is opened by itself.
            reset.delete()
            return False
        take_off(reset.fan)
    return True


def _behind(token: str, salt: str, age: timedelta | None = None) -> FactorReset | None:
    """What a link is about; None when it is not ours, too old, or settled."""
    try:
        fan_id, asked = signing.loads(token, salt=salt, max_age=age)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = FactorReset.objects.select_related("fan").filter(fan=fan_id).first()
    return found if found and _mark(found) == asked else None


def _address(name: str, reset: FactorReset, salt: str) -> str:
    return canonical(reverse(name, args=[signing.dumps([reset.fan_id, _mark(reset)], salt=salt)]))


def _mark(reset: FactorReset) -> int:
    """Tells one asking from the next."""
    return int(reset.asked_at.timestamp() * 1000)


def _write(reset: FactorReset, what: str, **context: Any) -> None:
    _mail(reset.fan, what, context)


def _mail(fan: User, what: str, context: dict[str, Any]) -> None:
    for address in EmailAddress.objects.filter(user=fan, verified=True):
        get_adapter().send_mail(f"account/email/{what}", address.email, {"user": fan, "wait": WAIT_HOURS, **context})
