"""What the tests of the author's screens share."""

import io

from django.urls import reverse
from PIL import Image as Pillow

NEW = "/theories/new/"
FIELDS = {
    "claim": "Rooney returns.",
    "case": "She has reasons.\r\nTwo of them.",
    "criteria": "A film shows it.",
    "due": "2100-01-01",
    "action": "publish",
}


def png(name="a.png", size=(40, 30)) -> io.BytesIO:
    file = io.BytesIO()
    Pillow.new("RGB", size, "red").save(file, "PNG")
    file.seek(0)
    file.name = name
    return file


def address(name, theory):
    return reverse(f"theories:{name}", args=[theory.pk, theory.slug])
