"""The picture by which a fan is known: cut to a square, drawn anew, kept under a name that cannot be guessed. Each
fan's lie in a folder of their own."""

import io
import re
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageOps

from accounts.models import User
from accounts.suspending import require_present
from ballerina_site.pictures import decoder_slot, read_picture

SMALL, LARGE = 80, 240
"""Pixels on a side: twice what comments and profiles show."""
OLD_AFTER = timedelta(hours=1)
"""A younger file may belong to a fan's row that is not committed yet."""
_ROOT = "avatars"
_NAME = re.compile(r"([0-9a-f]{64})-(80|240)\.webp")


def set_avatar(fan: User, file: IO[bytes]) -> None:
    """Raises PictureError (a ValidationError) naming the limit; then all stays as it was."""
    picture = read_picture(file)
    digest = f"{picture.digest[:32]}{secrets.token_hex(16)}"
    # The files first: a row without its files would show a hole.
    for size, data in _drawn(picture.image).items():
        default_storage.save(file_name(fan.pk, digest, size), ContentFile(data))
    _change(fan, digest)


def remove_avatar(fan: User) -> None:
    _change(fan, "")


def file_name(fan_id: int, digest: str, size: int) -> str:
    return f"{folder_of(fan_id)}/{digest}-{size}.webp"


def folder_of(fan_id: int) -> str:
    return f"{_ROOT}/{fan_id}"


def file_asked(fan_id: int, name: str) -> str | None:
    """The file behind the last part of an address; None unless it is the picture of somebody who can be met."""
    asked = _NAME.fullmatch(name)
    if not asked or not User.objects.present().filter(pk=fan_id, avatar=asked[1]).exists():
        return None
    return file_name(fan_id, asked[1], int(asked[2]))


def drop_strays(age: timedelta = OLD_AFTER) -> int:
    """Files that are nobody's picture: of a process that was killed between file and row, or before the old one went.
    How many."""
    before = timezone.now() - age
    return sum(_dropped(path, before) for path in list(_strays()))


def _strays() -> Iterator[str]:
    kept = dict(User.objects.exclude(avatar="").values_list("pk", "avatar"))
    for folder in _listed(_ROOT)[0]:
        digest = kept.get(int(folder)) if folder.isdecimal() else None
        known = {file_name(int(folder), digest, size) for size in (SMALL, LARGE)} if digest else set()
        yield from {f"{_ROOT}/{folder}/{name}" for name in _listed(f"{_ROOT}/{folder}")[1]} - known


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _dropped(path: str, before: datetime) -> bool:
    try:
        is_old = default_storage.get_modified_time(path) < before
    except FileNotFoundError:
        return False  # its fan was quicker
    if is_old:
        default_storage.delete(path)
    return is_old


def _change(fan: User, digest: str) -> None:
    with transaction.atomic():
        old = User.objects.select_for_update(no_key=True).values_list("avatar", flat=True).get(pk=fan.pk)
        User.objects.filter(pk=fan.pk).update(avatar=digest)
        require_present(fan)
        if old:
            transaction.on_commit(partial(_delete, fan.pk, old))
    fan.avatar = digest


def _delete(fan_id: int, digest: str) -> None:
    for size in (SMALL, LARGE):
        default_storage.delete(file_name(fan_id, digest, size))


def _drawn(image: Image.Image) -> dict[int, bytes]:
    with decoder_slot():
        return {size: _encoded(ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS)) for size in (SMALL, LARGE)}


def _encoded(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=80, method=4)
    return buffer.getvalue()
