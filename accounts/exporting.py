"""What a fan takes along: packed by the worker, there for a week, for nobody else."""

import json
import logging
import secrets
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts import hooks
from accounts.avatars import LARGE, file_name
from accounts.hooks import ExportPart
from accounts.models import Export, User
from accounts.tasks import pack_export
from ballerina_site.http import canonical

log = logging.getLogger(__name__)
KEPT_DAYS = 7
KEPT = timedelta(days=KEPT_DAYS)
"""Long enough to fetch it, and not a copy of somebody's life that lies about."""
LOST_AFTER = timedelta(hours=1)
"""Whoever packs it has been killed, most likely; it can be asked for again."""
_READ_ME = """What the archive has stored about you, each matter in a file of its own (JSON, in UTF-8; times in UTC),
and the pictures that you sent, as they were kept: without what your camera had written into them.
Other people's words are not in it.
"""


class Gone(Exception):
    """It is not wanted any more: the fan has left, or has asked anew."""


def ask(fan: User) -> Export:
    """A new one takes the place of the last. Raises ValidationError while one is being packed."""
    try:
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=fan.pk)
            fail_lost()
            if Export.objects.filter(fan=fan, ready_at=None, failed_at=None).exists():
                raise ValidationError("Your data is being packed already.")
            drop_exports(fan)
            export = Export.objects.create(fan=fan, asked_at=timezone.now())
            transaction.on_commit(lambda: pack_export.enqueue(export.pk))
    except IntegrityError:
        raise ValidationError("Your data is being packed already.")
    return export


def latest(fan: User) -> Export | None:
    """Until it expires."""
    found = Export.objects.filter(fan=fan).first()
    is_over = found is not None and found.expires_at is not None and found.expires_at <= timezone.now()
    return None if is_over else found


def to_fetch(fan: User) -> Export | None:
    found = latest(fan)
    return found if found and found.ready_at else None


def pack(pk: int) -> None:
    """Called by the worker. Twice is no different from once."""
    export = Export.objects.select_related("fan").filter(pk=pk, ready_at=None, failed_at=None).first()
    if export is None or export.fan.is_gone:
        return
    name = f"{folder_of(export.fan_id)}/{secrets.token_hex(16)}.zip"
    try:
        with TemporaryFile() as file:
            _write(file, export)
            default_storage.save(name, File(file))
        _finish(export, name)
    except Gone:
        default_storage.delete(name)
    except Exception:
        default_storage.delete(name)
        Export.objects.filter(pk=pk).update(failed_at=timezone.now())
        raise


def drop_old() -> int:
    """Those that have expired, with their files, and files that no row leads to; how many rows."""
    fail_lost()
    now = timezone.now()
    # What failed is said for as long as a packed one would be there; a killed worker's file lies in its folder.
    for fan_id in Export.objects.filter(failed_at__isnull=False).values_list("fan_id", flat=True):
        drop_folder(folder_of(fan_id))
    over = list(Export.objects.filter(Q(expires_at__lte=now) | Q(failed_at__lte=now - KEPT)))
    for export in over:
        drop_folder(folder_of(export.fan_id))
        export.delete()
    return len(over)


def fail_lost() -> None:
    lost = Export.objects.filter(ready_at=None, failed_at=None, asked_at__lt=timezone.now() - LOST_AFTER)
    lost.update(failed_at=timezone.now())


def drop_exports(fan: User) -> None:
    """The rows first: who is packing one then throws away what they have."""
    Export.objects.filter(fan=fan).delete()
    drop_folder(folder_of(fan.pk))


def drop_folder(folder: str) -> None:
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    try:
        default_storage.delete(folder)
    except OSError:
        log.info("not empty: %s", folder)


def folder_of(fan_id: int) -> str:
    return f"exports/{fan_id}"


def rows(found: QuerySet, *columns: str) -> list[dict[str, Any]]:
    return list(found.order_by("pk").values(*columns))


def parts_of(fan: User) -> list[ExportPart]:
    return [*_of_accounts(fan), *(part for find in hooks.fan_export for part in find(fan))]


def _write(file: Any, export: Export) -> None:
    parts = parts_of(export.fan)
    _step(export, steps=len(parts), steps_done=0)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("READ ME.txt", _READ_ME)
        for number, part in enumerate(parts, start=1):
            _put(packed, part)
            _step(export, steps_done=number)
    file.seek(0)


def _put(packed: zipfile.ZipFile, part: ExportPart) -> None:
    if part.read is None:
        words = json.dumps(part.rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        packed.writestr(part.name, words)
        return
    try:
        data = part.read()
    except FileNotFoundError:
        return  # taken away meanwhile
    packed.writestr(zipfile.ZipInfo(part.name, (1980, 1, 1, 0, 0, 0)), data)


def _step(export: Export, **steps: int) -> None:
    if not Export.objects.filter(pk=export.pk, failed_at=None).update(**steps):
        raise Gone


def _finish(export: Export, name: str) -> None:
    now = timezone.now()
    done = {"file": name, "ready_at": now, "expires_at": now + KEPT}
    with transaction.atomic():
        if not Export.objects.filter(pk=export.pk, ready_at=None, failed_at=None).update(**done):
            raise Gone
        _tell(export.fan, done["expires_at"])


def _tell(fan: User, until: datetime) -> None:
    """No link to the file itself: whoever reads the mail must still be the one who is signed in."""
    if fan.email:
        context = {"user": fan, "until": until, "page": canonical(reverse("accounts:data"))}
        get_adapter().send_mail("account/email/data_packed", fan.email, context)


def _of_accounts(fan: User) -> Iterable[ExportPart]:
    account = ("username", "display_name", "email", "bio", "date_joined", "last_login", "level")
    settings = ("hides_record", "hides_activity")
    yield ExportPart("account.json", User.objects.values(*account, *settings).get(pk=fan.pk))
    yield ExportPart("groups.json", list(fan.groups.order_by("pk").values_list("name", flat=True)))
    yield ExportPart("former-names.json", rows(fan.former_names, "username", "until"))
    mails = EmailAddress.objects.filter(user=fan)
    yield ExportPart("addresses.json", rows(mails, "email", "verified", "primary"))
    yield ExportPart(
        "sign-in.json",
        {
            "sessions": rows(UserSession.objects.filter(user=fan), "created_at", "ip", "user_agent"),
            "factors": rows(Authenticator.objects.filter(user=fan), "type", "created_at", "last_used_at"),
            "elsewhere": rows(SocialAccount.objects.filter(user=fan), "provider", "uid", "date_joined", "extra_data"),
        },
    )
    yield ExportPart("notices.json", rows(fan.notices, "kind", "object_id", "actor__username", "made_at", "read_at"))
    yield ExportPart("notice-choices.json", rows(fan.notice_choices, "kind", "in_inbox", "rhythm"))
    yield ExportPart("letters.json", rows(fan.letters, "rhythm", "period", "made_at"))
    yield ExportPart("follows.json", rows(fan.follows, "kind", "object_id", "made_at"))
    yield ExportPart("mutes.json", rows(fan.mutes, "kind", "object_id", "is_block", "made_at"))
    if fan.avatar:
        yield ExportPart("pictures/avatar.webp", read=lambda: read_file(file_name(fan.pk, fan.avatar, LARGE)))


def read_file(name: str) -> bytes:
    with default_storage.open(name) as file:
        return file.read()
