"""The picture by which a fan is known: cut to a square, drawn anew, kept under a name that cannot be guessed. Each
fan's lie in a folder of their own."""

import io
import re
import secrets
from functools import partial
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageOps

from accounts.models import User
from ballerina_site.pictures import decoder_slot, read_picture

SMALL, LARGE = 80, 240
"""Pixels on a side: twice what comments and profiles show."""
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
    return f"avatars/{fan_id}"


def file_asked(fan_id: int, name: str) -> str | None:
    """The file behind the last part of an address; None unless it is the picture of somebody who can be met."""
    asked = _NAME.fullmatch(name)
    if not asked or not User.objects.present().filter(pk=fan_id, avatar=asked[1]).exists():
        return None
    return file_name(fan_id, asked[1], int(asked[2]))


def _change(fan: User, digest: str) -> None:
    with transaction.atomic():
        old = User.objects.select_for_update(no_key=True).values_list("avatar", flat=True).get(pk=fan.pk)
        User.objects.filter(pk=fan.pk).update(avatar=digest)
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
