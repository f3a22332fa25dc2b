"""Pictures made for the tests of pictures, and how they read them."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from ballerina_site.pictures import PictureError, read_picture
from ballerina_site.renditions import crops, master, renditions

GPS_NOTE = b"N51.5007"
RED, BLUE = (200, 20, 30), (20, 30, 200)


def encoded(image, name="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def read(data, **options):
    return read_picture(io.BytesIO(data), **options)


def halves(size=(40, 20), mode="RGB"):
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def about(image, place, colour, tolerance=25):
    found = image.convert("RGB").getpixel(place)
    return all(abs(a - b) <= tolerance for a, b in zip(found, colour, strict=True))


def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_claiming(width, height, body=b""):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def webp_claiming(width, height):
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + canvas


def gif_claiming(width, height):
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\0"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + frame + b";"


def refusal(data, **options):
    with pytest.raises(PictureError) as caught:
        read(data, **options)
    assert isinstance(caught.value, ValidationError)
    assert caught.value.messages[0].endswith(".")
    return caught.value.code


def all_made(image):
    return [master(image), *renditions(image).values(), *crops(image, (50, 50)).values()]
