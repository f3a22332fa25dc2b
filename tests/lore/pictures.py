"""Small pictures to send, and some that are already there."""

import io
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

from accounts.models import User
from lore.models import Image, Page, PictureSuggestion
from lore.picturing import About, suggest_picture
from lore.preparing import prepare
from lore.uploads import store_image

ABOUT = {"alt": "A ballet shoe", "credit": "A fan", "licence": "own"}
SENT = ABOUT | {"focal_x": 50, "focal_y": 50}
"""What a form sends about a picture."""


def png(width: int = 12, height: int = 8, colour: str = "red") -> bytes:
    buffer = io.BytesIO()
    Pillow.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()


def upload(data: bytes, name: str = "shoe.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def store(data: bytes | None = None, *, uploader: User | None = None, **fields: Any) -> Image:
    """As it is right after it came."""
    return store_image(io.BytesIO(png() if data is None else data), uploader=uploader, **(ABOUT | fields))


def make_row(**fields: Any) -> Image:
    """Ready, with no file behind it."""
    about = ABOUT | {"width": 480, "height": 320, "widths": [480], "making": "ready"}
    return Image.objects.create(digest=f"{Image.objects.count():064}", **about | fields)


def make_image(data: bytes | None = None, **fields: Any) -> Image:
    """As readers get it, once the task is done."""
    image = store(data, **fields)
    prepare(image.pk)
    image.refresh_from_db()
    return image


def make_suggestion(fan: User, page: Page, **about: Any) -> PictureSuggestion:
    """A picture that waits for an editor, prepared."""
    words = About(**(ABOUT | {"licence": "cc-by-sa-4.0"} | about))
    suggestion = suggest_picture(io.BytesIO(png()), words, fan=fan, page=page)
    prepare(suggestion.image_id)
    suggestion.image.refresh_from_db()
    return suggestion


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())


def place_of(image: Image) -> str:
    return f"/lore/pictures/{image.pk}/"
