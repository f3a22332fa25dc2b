"""Pictures people send: bounded before they are decoded, drawn anew, nothing of the file kept.

Pure: bytes in, bytes out. Where they are stored, and under which scope, is the caller's business.
"""

import hashlib
import io
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import IO, Any

from django.core.exceptions import ValidationError
from PIL import ExifTags, Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
WIDTHS = (480, 960, 1600)
# A decoder thread is not worth more than the answer of a page: half the cores, and one where there is one.
DECODERS = BoundedSemaphore(max(1, (os.cpu_count() or 1) // 2))
PATIENCE_SECONDS = 20

# Measured at 1600 × 1067 on one core: AVIF 57 ms, WebP 104 ms, JPEG 18 ms. AVIF at its default speed takes
# seven times as long and is no smaller.
_ENCODINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "avif": ("AVIF", {"quality": 60, "speed": 8, "max_threads": 1}),
    "webp": ("WEBP", {"quality": 80, "method": 4}),
    "jpg": ("JPEG", {"quality": 82, "progressive": True, "optimize": True}),
}
_SIDEWAYS = {5, 6, 7, 8}  # EXIF orientations that swap width and height
# What decoders raise on hostile or broken files, as found by feeding them such.
_DAMAGED = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError),
    *(AssertionError, EOFError, MemoryError, RuntimeError, struct.error),
)


class PictureError(ValidationError):
    """A picture that is refused, with the reason in a sentence for its sender."""


@dataclass(frozen=True)
class Limits:
    max_bytes: int = 10_000_000
    max_pixels: int = 24_000_000
    max_side: int = 16_000  # WebP ends at 16,383


@dataclass(frozen=True)
class Picture:
    """`image` is upright, sRGB (RGB or RGBA) and bare of metadata, at least `WIDTHS[-1]` wide if the original
    was; `width` and `height` are the original's, upright. `digest` is the SHA-256 of the bytes sent."""

    image: Image.Image
    width: int
    height: int
    digest: str


DEFAULT_LIMITS = Limits()


def read_picture(file: IO[bytes], *, limits: Limits = DEFAULT_LIMITS) -> Picture:
    data = _read_bounded(file, limits)
    with _decoder_slot():
        try:
            return _decode(data, limits)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_large(limits)
        except PictureError:
            raise
        except _DAMAGED:
            raise PictureError("This picture is damaged or cut short.", code="damaged")


def renditions(image: Image.Image, widths: tuple[int, ...] = WIDTHS) -> dict[str, bytes]:
    """Encoded pictures by "<width>.<extension>", each width no wider than the image and at least one."""
    with _decoder_slot():
        return {
            f"{scaled.width}.{extension}": _encode(scaled, extension)
            for scaled in _scaled(image, widths)
            for extension in _ENCODINGS
        }


# Before decoding


def _read_bounded(file: IO[bytes], limits: Limits) -> bytes:
    file.seek(0)
    data = file.read(limits.max_bytes + 1)
    if len(data) > limits.max_bytes:
        megabytes = limits.max_bytes // 1_000_000
        raise PictureError(f"A picture may be at most {megabytes} MB.", code="too_many_bytes")
    return data


@contextmanager
def _decoder_slot() -> Iterator[None]:
    if not DECODERS.acquire(timeout=PATIENCE_SECONDS):
        raise PictureError("Many pictures are being read just now. Try again in a minute.", code="busy")
    try:
        yield
    finally:
        DECODERS.release()


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width * height > limits.max_pixels or max(size) > limits.max_side:
        raise _too_large(limits)
    if min(size) < 1:
        raise PictureError("This picture is empty.", code="damaged")


def _too_large(limits: Limits) -> PictureError:
    megapixels = limits.max_pixels // 1_000_000
    return PictureError(
        f"A picture may have at most {megapixels} megapixels, and {limits.max_side:,} pixels on a side.",
        code="too_many_pixels",
    )


def _webp_canvas(data: bytes) -> tuple[int, int]:
    """The canvas an extended WebP file asks for: its decoder takes the memory as soon as it is opened.

    (0, 0) for other files; those declare their size before anything is taken.
    """
    if data[:4] != b"RIFF" or data[8:16] != b"WEBPVP8X" or len(data) < 30:
        return 0, 0
    return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1


# Decoding


def _decode(data: bytes, limits: Limits) -> Picture:
    canvas = _webp_canvas(data)
    if any(canvas):
        _check_size(canvas, limits)
    with _open(data) as image:
        _check_size(image.size, limits)
        width, height = _upright_size(image)
        image.draft(None, (WIDTHS[-1], WIDTHS[-1]))  # lets JPEG decode at a fraction of a huge original
        return Picture(_bare(image), width, height, hashlib.sha256(data).hexdigest())


def _open(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.UnidentifiedImageError:
        raise PictureError("Send a JPEG, PNG, WebP, AVIF or GIF picture.", code="unknown_format")


def _upright_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    sideways = image.getexif().get(ExifTags.Base.Orientation) in _SIDEWAYS
    return (height, width) if sideways else (width, height)


def _bare(image: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(image)
    result = _in_srgb(_in_eight_bits(upright), image.info.get("icc_profile"))
    result.info = {}
    result.getexif().clear()
    return result


def _in_eight_bits(image: Image.Image) -> Image.Image:
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    target = "RGBA" if image.has_transparency_data else "RGB"
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=target)
        except (ImageCms.PyCMSError, OSError, ValueError):
            made = None  # a profile that does not fit the picture: its plain colours are the next best
        if made is not None:
            return made
    return image.convert(target)


# Encoding


def _scaled(image: Image.Image, widths: tuple[int, ...]) -> Iterator[Image.Image]:
    for width in [width for width in widths if width <= image.width] or [image.width]:
        height = max(1, round(image.height * width / image.width))
        yield image.resize((width, height), Image.Resampling.LANCZOS)


def _encode(image: Image.Image, extension: str) -> bytes:
    name, options = _ENCODINGS[extension]
    ready = _on_white(image) if name == "JPEG" and image.mode == "RGBA" else image
    buffer = io.BytesIO()
    ready.save(buffer, name, **options)
    return buffer.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")
