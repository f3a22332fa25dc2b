"""Leaving for good: asked for, slept over, carried out.

What is left is a row without a name, so that what other fans' scores rest on still stands. It is done in steps, each in
a transaction of its own and each harmless when it is done twice: one long transaction would hold up everybody who
writes, and whatever fails is gone on with at the next round.
"""

import json
import logging
import secrets
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import hooks, mail
from accounts.avatars import folder_of
from accounts.exporting import drop_exports, drop_folder
from accounts.models import Departure, FactorReset, Follow, FormerName, Letter, Mute, Notice, NoticeChoice, User
from accounts.names import GONE
from accounts.suspending import end_sessions
from accounts.trust import Level
from accounts.unnaming import NOBODY, Traces, unname
from ballerina_site.http import canonical
from ballerina_site.kept import forget_fields

log = logging.getLogger("security")
GRACE_DAYS = 14
"""Two weekends: long enough for whoever owns the account to read a mail, should it not have been they who asked."""
GRACE = timedelta(days=GRACE_DAYS)
SETTLING = timedelta(minutes=1)
"""Between the last session's end and the erasure: what was being answered then, or sent, is done by now."""
_STOP = "accounts.leaving.stop"
_LETTERS = "abcdefghjkmnpqrstuvwxyz"


def ask(fan: User, posts: str) -> Departure:
    """Every confirmed address hears how to stop it. Once more changes what becomes of the posts, not the day."""
    if fan.is_staff or fan.is_superuser:
        raise ValidationError("You are staff: another administrator has to take that off you first.")
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=fan.pk)
        now = timezone.now()
        fresh = {"asked_at": now, "due_at": now + GRACE, "posts": posts}
        departure, is_new = Departure.objects.get_or_create(fan=fan, defaults=fresh)
        if is_new:
            _mail(departure)
        elif departure.posts != posts:
            departure.posts = posts
            departure.save(update_fields=["posts"])
    log.warning("leaving was asked for: account %s", fan.pk)
    return departure


def to_stop(token: str) -> Departure | None:
    """What a link in a mail is about; None when it is not ours, or settled."""
    try:
        fan_id, asked = signing.loads(token, salt=_STOP)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = pending(fan_id)
    return found if found and _mark(found) == asked else None


def pending(fan_id: int | None) -> Departure | None:
    """As long as it can be stopped."""
    return Departure.objects.select_related("fan").filter(fan=fan_id, shut_at=None).first()


def is_shut(fan: User) -> bool:
    """Their day has come: nobody signs in any more."""
    return Departure.objects.filter(fan=fan, shut_at__isnull=False).exists()


def stop(fan: User) -> bool:
    gone, _ = Departure.objects.filter(fan=fan, shut_at=None).delete()
    if gone:
        log.warning("leaving was stopped: account %s", fan.pk)
    return bool(gone)


def carry_out() -> int:
    """Shuts the doors of those whose day has come, and erases those who were shut out a while ago; how many of them."""
    now = timezone.now()
    for pk in Departure.objects.filter(due_at__lte=now, shut_at=None).values_list("pk", flat=True):
        _shut(pk)
    due = Departure.objects.filter(shut_at__lte=now - SETTLING).select_related("fan")
    erased = sum(_carried_out(departure) for departure in list(due))
    for clear_up in hooks.fans_erased if erased else ():
        clear_up()
    return erased


def erase(fan: User, posts: str) -> None:
    """Takes everything away that tells who they were. Once more, after it was broken off, goes on with it."""
    for take_away in hooks.fan_erase:
        take_away(fan, posts)
    traces = Traces.of(fan)
    # Files first: whatever breaks off here, the row still leads back to them.
    drop_exports(fan)
    drop_folder(folder_of(fan.pk))
    mail.forget(traces, fan.display_name)
    _forget_sessions(fan, traces)
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=fan.pk)
        _forget_rows(held, traces)
        _forget_words(held, traces)
        _empty(held)
    log.warning("erased: account %s", fan.pk)


def _carried_out(departure: Departure) -> bool:
    """One that fails must not keep the others from going; it is tried again."""
    try:
        erase(departure.fan, departure.posts)
    except Exception:
        log.exception("erasing failed: account %s", departure.fan_id)
        return False
    return True


def _shut(pk: int) -> None:
    with transaction.atomic():
        held = Departure.objects.select_for_update().select_related("fan").filter(pk=pk, shut_at=None).first()
        if held is None:
            return  # stopped at the last moment
        held.shut_at = timezone.now()
        held.save(update_fields=["shut_at"])
        end_sessions(held.fan)
        drop_exports(held.fan)


def _forget_rows(fan: User, traces: Traces) -> None:
    end_sessions(fan)
    for model in (EmailAddress, SocialAccount, Authenticator, UserSession):
        model.objects.filter(user=fan).delete()
    Notice.objects.filter(fan=fan).delete()
    for model in (Letter, NoticeChoice, Follow, Mute, FactorReset, FormerName, Departure):
        model.objects.filter(fan=fan).delete()
    for model in (Follow, Mute):
        model.objects.filter(kind="fan", object_id=fan.pk).delete()
    _forget_tasks(fan, traces)
    about = Q(content_type__app_label="accounts", content_type__model="user", object_id=str(fan.pk))
    LogEntry.objects.filter(about | Q(user=fan)).delete()


def _forget_sessions(fan: User, traces: Traces) -> None:
    """Of whoever began to sign in as them, or asked for a new password; and what others typed about them and had not
    sent when their own sessions ended."""
    for session in Session.objects.iterator():
        fields = session.get_decoded()
        text = str(fields)
        if not traces.are_in(text) and not any(repr(name) in text for name in traces.usernames):
            continue
        if fields.get(SESSION_KEY, str(fan.pk)) == str(fan.pk):
            session.delete()
        elif forget_fields(fields):
            Session.objects.filter(pk=session.pk).update(session_data=Session.objects.encode(fields))


def _forget_tasks(fan: User, traces: Traces) -> None:
    """Mails to them that wait, and all that is done with and says who they were. What waits for others goes to them."""
    rows = DBTaskResult.objects.alias(told=Cast("args_kwargs", TextField()))
    to_them, about_them = Q(pk__in=[]), Q(pk__in=[])
    for address in traces.addresses:
        # In quotes: “anna@…” ends like “na@…”, and hers is to go out.
        to_them |= Q(told__icontains=json.dumps(address))
        about_them |= Q(told__icontains=address)
    for name in filter(None, (*traces.usernames, fan.display_name)):
        about_them |= Q(told__icontains=name) | Q(told__icontains=json.dumps(name)[1:-1]) | Q(traceback__icontains=name)
    rows.filter(to_them | about_them & ~Q(status__in=["READY", "RUNNING"])).delete()


def _forget_words(fan: User, traces: Traces) -> None:
    unname(User.objects.exclude(pk=fan.pk), traces, "bio")
    unname(LogEntry, traces, "object_repr", "change_message")


def _empty(fan: User) -> None:
    """The row itself. It stays active: what it judged counts as it did. Who was suspended stays so."""
    fan.username = f"{GONE}{''.join(secrets.choice(_LETTERS) for _ in range(10))}"
    fan.display_name, fan.email, fan.bio, fan.avatar = NOBODY, "", "", ""
    fan.last_login = fan.suspended_until = None
    fan.is_staff = fan.is_superuser = fan.must_change_password = fan.has_mutes = False
    fan.hides_record = fan.hides_activity = True
    fan.level, fan.unread_count = Level.NEW, 0
    fan.date_joined = fan.date_joined.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    fan.erased_at = timezone.now()
    fan.set_unusable_password()
    fan.groups.clear()
    fan.user_permissions.clear()
    fan.save()


def _mail(departure: Departure) -> None:
    context: dict[str, Any] = {"user": departure.fan, "due": departure.due_at, "days": GRACE_DAYS}
    token = signing.dumps([departure.fan_id, _mark(departure)], salt=_STOP)
    context["stop"] = canonical(reverse("stay", args=[token]))
    for address in EmailAddress.objects.filter(user=departure.fan, verified=True):
        get_adapter().send_mail("account/email/leaving", address.email, context)


def _mark(departure: Departure) -> int:
    """Tells one asking from the next."""
    return int(departure.asked_at.timestamp() * 1000)
