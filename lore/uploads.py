"""Pictures arrive here: decoded, re-encoded in several widths, stored under a name that cannot be guessed."""

import secrets
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from ballerina_site.pictures import read_picture, renditions
from lore.models import Image


def store_image(file: IO[bytes], *, alt: str, credit: str, licence: str, uploader: User | None, **fields: Any) -> Image:
    """Raises PictureError (a ValidationError) naming the limit; then nothing is stored."""
    picture = read_picture(file)
    image = Image(
        digest=f"{picture.digest[:32]}{secrets.token_hex(16)}",
        alt=alt,
        credit=credit,
        licence=licence,
        uploader=uploader,
        **fields,
    )
    made = renditions(picture.image)
    image.widths = sorted({int(name.partition(".")[0]) for name in made})
    image.width = image.widths[-1]
    image.height = round(picture.height * image.width / picture.width)
    image.full_clean()
    for name, data in made.items():
        default_storage.save(f"pictures/{image.digest}/{name}", ContentFile(data))
    image.save()
    return image


def remove_image(image: Image) -> None:
    for width in image.widths:
        for extension in ("avif", "webp", "jpg"):
            default_storage.delete(image.file(width, extension))
    image.delete()
