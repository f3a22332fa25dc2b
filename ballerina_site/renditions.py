"""What is made of a picture that was read: the master that is kept, and what readers get.

Pure: pictures in, bytes out, by the names that they are stored under.
"""

import io
from collections.abc import Iterator
from typing import Any

from PIL import Image

from ballerina_site.pictures import decoder_slot

WIDTHS = (480, 960, 1600)
CARD_WIDTHS = (480, 960)
CARD_SHAPE = (3, 2)
EXTENSIONS = ("avif", "webp", "jpg")
Box = tuple[float, float, float, float]

# Measured at 1600 × 1000 on one core: AVIF 60 ms, WebP 28 ms, JPEG 12 ms. AVIF at its default speed takes seven times
# as long and is no smaller; WebP's default method three times as long for five per cent less.
_ENCODINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "avif": ("AVIF", {"quality": 60, "speed": 8, "max_threads": 1}),
    "webp": ("WEBP", {"quality": 80, "method": 2}),
    "jpg": ("JPEG", {"quality": 82, "progressive": True, "optimize": True}),
    "master": ("WEBP", {"quality": 95, "method": 0}),
}


def widths_for(width: int) -> list[int]:
    """The widths in which a picture is offered: none wider than itself, and at least one."""
    return [offered for offered in WIDTHS if offered <= width] or [width]


def card_widths_for(widths: list[int]) -> list[int]:
    return [width for width in CARD_WIDTHS if width <= widths[-1]] or [CARD_WIDTHS[0]]


def master(image: Image.Image) -> bytes:
    """All that is kept of what came."""
    with decoder_slot():
        return _encode(image, "master")


def renditions(image: Image.Image) -> dict[str, bytes]:
    """Encoded pictures by "<width>.<extension>"."""
    with decoder_slot():
        return dict(_in_all_formats(_scaled(image, width) for width in widths_for(image.width)))


def crops(image: Image.Image, focus: tuple[int, int]) -> dict[str, bytes]:
    """The part for cards, around the focal point (per cent from the left and from the top)."""
    box = crop_box(image.size, focus)
    with decoder_slot():
        cut = (_cut(image, box, width) for width in card_widths_for(widths_for(image.width)))
        return dict(_in_all_formats(cut))


def crop_box(size: tuple[int, int], focus: tuple[int, int]) -> Box:
    """The largest part of a card's shape, its middle as near to the focal point as the edges allow."""
    shape = CARD_SHAPE[0] / CARD_SHAPE[1]
    wide, high = min(size[0], size[1] * shape), min(size[1], size[0] / shape)
    left = min(max(size[0] * focus[0] / 100 - wide / 2, 0), size[0] - wide)
    top = min(max(size[1] * focus[1] / 100 - high / 2, 0), size[1] - high)
    return left, top, left + wide, top + high


def _scaled(image: Image.Image, width: int) -> Image.Image:
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _cut(image: Image.Image, box: Box, width: int) -> Image.Image:
    height = width * CARD_SHAPE[1] // CARD_SHAPE[0]
    return image.resize((width, height), Image.Resampling.LANCZOS, box=box)


def _in_all_formats(images: Iterator[Image.Image]) -> Iterator[tuple[str, bytes]]:
    for image in images:
        yield from ((f"{image.width}.{extension}", _encode(image, extension)) for extension in EXTENSIONS)


def _encode(image: Image.Image, encoding: str) -> bytes:
    name, options = _ENCODINGS[encoding]
    ready = _on_white(image) if name == "JPEG" and image.mode == "RGBA" else image
    buffer = io.BytesIO()
    ready.save(buffer, name, **options)
    return buffer.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")
