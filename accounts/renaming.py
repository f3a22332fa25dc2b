"""Another user name. The old one leads to its fan for a time, and nobody else may take it meanwhile."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.timezone import localtime

from accounts.models import FormerName, User
from accounts.names import validate_username

EVERY = timedelta(days=30)
"""Who is somebody else every week cannot be followed in a talk, nor held to what they said."""
KEPT = timedelta(days=90)
"""A season: long enough for links in others' texts and in bookmarks to be found out of date."""
_TAKEN = "That name is taken, or too close to one that is."


def rename(fan: User, username: str) -> None:
    """Raises ValidationError where it may not be, or somebody was quicker. Who owns the account hears of it."""
    validate_username(username)
    try:
        with transaction.atomic():
            held = User.objects.select_for_update(no_key=True).get(pk=fan.pk)
            old = held.username
            _require(held, username)
            _keep(held, old)
            held.username = username
            if held.display_name == old:
                held.display_name = username
            held.save(update_fields=["username", "display_name"])
            _tell(held, old)
    except IntegrityError:
        raise ValidationError(_TAKEN)
    fan.username, fan.display_name = held.username, held.display_name


def next_change(fan: User) -> datetime | None:
    """When they may choose another name; None: now."""
    last = fan.former_names.order_by("-until").values_list("until", flat=True).first()
    again = last - KEPT + EVERY if last else None
    return again if again and again > timezone.now() else None


def fan_once_called(username: str) -> User | None:
    """Whoever had this name lately, if they can be met."""
    return fans_once_called([username.lower()]).get(username.lower())


def fans_once_called(names: Iterable[str]) -> dict[str, User]:
    """Of these names, in small letters, those that somebody had lately who can be met."""
    rows = FormerName.objects.alias(lowered=Lower("username")).filter(lowered__in=names, until__gt=timezone.now())
    rows = rows.filter(fan__in=User.objects.present()).select_related("fan")
    return {row.username.lower(): row.fan for row in rows}


def _tell(held: User, old: str) -> None:
    """The mail is a row of its own, and goes only when the name has changed."""
    context = {"old": old, "new": held.username}
    get_adapter().send_notification_mail("account/email/username_changed", held, context)


def _require(held: User, username: str) -> None:
    if username == held.username:
        raise ValidationError("That is your name.")
    if again := next_change(held):
        raise ValidationError(f"You can choose another name from {localtime(again):%-d %B %Y} on.")
    if User.objects.name_taken(username, but=held):
        raise ValidationError(_TAKEN)


def _keep(held: User, old: str) -> None:
    """What was kept for too long, or is taken back by its own fan, makes room."""
    now = timezone.now()
    FormerName.objects.filter(username__iexact=old, until__lte=now).delete()
    FormerName.objects.update_or_create(username__iexact=old, fan=held, defaults={"username": old, "until": now + KEPT})
