"""Pictures arrive here: decoded, and kept as a bare master under a name that cannot be guessed. What readers get is
made of it afterwards, by a task."""

import logging
import secrets
from functools import partial
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User
from ballerina_site.pictures import read_picture
from ballerina_site.renditions import master, widths_for
from lore.models import Image
from lore.tasks import prepare_picture

log = logging.getLogger(__name__)


def store_image(
    file: IO[bytes], *, alt: str, credit: str, licence: str, uploader: User | None, kept: bytes = b"", **fields: Any
) -> Image:
    """Raises PictureError (a ValidationError) naming the limit; then nothing is stored. `kept`: a WebP that may be the
    master as it is, being our own; else one is encoded."""
    picture = read_picture(file)
    image = Image(
        digest=f"{picture.digest[:32]}{secrets.token_hex(16)}",
        alt=alt,
        credit=credit,
        licence=licence,
        uploader=uploader,
        **fields,
    )
    image.widths = widths_for(picture.image.width)
    image.width = image.widths[-1]
    image.height = max(1, round(picture.image.height * image.width / picture.image.width))
    image.full_clean()
    # The file first: one without a row is swept away, a row without its file could not be mended.
    default_storage.save(image.original, ContentFile(kept or master(picture.image)))
    image.save()
    prepare_later(image)
    return image


def prepare_later(image: Image) -> None:
    """Once the picture is committed. Should the task get lost, the sweep asks for it again."""
    transaction.on_commit(partial(prepare_picture.enqueue, image.pk), robust=True)


def remove_image(image: Image) -> None:
    with transaction.atomic():
        remove_files(image)
        image.delete()


def remove_files(image: Image) -> None:
    """Once what is done to the picture is committed. What a killed process leaves behind, the sweep takes."""
    transaction.on_commit(partial(_delete_files, image.original, image.folder))


def _delete_files(original: str, folder: str) -> None:
    default_storage.delete(original)
    for name in names_in(folder):
        default_storage.delete(f"{folder}/{name}")
    drop_folder(folder)


def names_in(folder: str) -> list[str]:
    try:
        return default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return []


def drop_folder(folder: str) -> None:
    """An empty one. In storages that know no folders there is nothing to drop."""
    try:
        default_storage.delete(folder)
    except OSError:
        log.info("not empty, for the sweep: %s", folder)
