"""Pictures people send: bounded before they are decoded, drawn anew, nothing of the file kept.

Pure: bytes in, a bare picture out. What is made of it stands in `renditions`; where that is stored, and under which
scope, is the caller's business.
"""

import hashlib
import io
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import IO

from django.core.exceptions import ValidationError
from PIL import ExifTags, Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
LONGEST_SIDE = 3_200
"""No screen shows more; what is read is brought down to it."""
# A decoder thread is not worth more than the answer of a page: half the cores, and one where there is one.
DECODERS = BoundedSemaphore(max(1, (os.cpu_count() or 1) // 2))
PATIENCE_SECONDS = 20

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
    """`image` is upright, sRGB (RGB or RGBA), bare of metadata, and no longer than `LONGEST_SIDE`; `width` and `height`
    are the original's, upright. `digest` is the SHA-256 of the bytes sent."""

    image: Image.Image
    width: int
    height: int
    digest: str


DEFAULT_LIMITS = Limits()


def read_picture(file: IO[bytes], *, limits: Limits = DEFAULT_LIMITS) -> Picture:
    data = _read_bounded(file, limits)
    with decoder_slot():
        try:
            return _decode(data, limits)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_large(limits)
        except PictureError:
            raise
        except _DAMAGED:
            raise PictureError("This picture is damaged or cut short.", code="damaged")


# Before decoding


def _read_bounded(file: IO[bytes], limits: Limits) -> bytes:
    file.seek(0)
    data = file.read(limits.max_bytes + 1)
    if len(data) > limits.max_bytes:
        megabytes = limits.max_bytes // 1_000_000
        raise PictureError(f"A picture may be at most {megabytes} MB.", code="too_many_bytes")
    return data


@contextmanager
def decoder_slot() -> Iterator[None]:
    """One of the few that may work on pixels at once in this process."""
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
        image.draft(None, _bounded(image.size))  # lets JPEG decode at a fraction of a huge original
        bare = _bare(image)
        return Picture(_brought_down(bare), width, height, hashlib.sha256(data).hexdigest())


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
    if image.mode in ("P", "PA"):  # a profile speaks of the palette's colours
        image = image.convert(target)
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=target)
        except (ImageCms.PyCMSError, OSError, ValueError):
            made = None  # a profile that does not fit the picture: its plain colours are the next best
        if made is not None:
            return made
    return image.convert(target)


def _bounded(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1, LONGEST_SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _brought_down(image: Image.Image) -> Image.Image:
    target = _bounded(image.size)
    return image if target == image.size else image.resize(target, Image.Resampling.LANCZOS, reducing_gap=2.0)
