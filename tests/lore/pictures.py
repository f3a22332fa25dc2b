"""Small pictures to send."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

ABOUT = {"alt": "A ballet shoe", "credit": "A fan", "licence": "own"}


def png(width: int = 12, height: int = 8) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(buffer, "PNG")
    return buffer.getvalue()


def upload(data: bytes, name: str = "shoe.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)
