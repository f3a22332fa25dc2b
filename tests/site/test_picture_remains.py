"""Pictures are turned upright, and nothing but the picture remains of what was sent."""

import io

import pytest
from PIL import ExifTags, Image, PngImagePlugin

from tests.site.picturing import BLUE, GPS_NOTE, RED, about, all_made, encoded, halves, read, refusal

CORNERS = {(5, 5): RED, (35, 5): BLUE, (5, 15): (20, 180, 40), (35, 15): (240, 240, 240)}
TURNS = [
    *(None, Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM),
    *(Image.Transpose.TRANSPOSE, Image.Transpose.ROTATE_90, Image.Transpose.TRANSVERSE, Image.Transpose.ROTATE_270),
]
"""How a camera held in each of the eight ways stores what should come out as `corners`."""


def corners():
    image = Image.new("RGB", (40, 20))
    for (x, y), colour in CORNERS.items():
        image.paste(colour, (x // 20 * 20, y // 10 * 10, x // 20 * 20 + 20, y // 10 * 10 + 10))
    return image


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_turns_pictures_upright(name, orientation):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    turn = TURNS[orientation - 1]
    stored = corners() if turn is None else corners().transpose(turn)
    picture = read(encoded(stored, name, exif=exif, quality=95))
    assert (picture.width, picture.height) == picture.image.size == (40, 20)
    for place, colour in CORNERS.items():
        assert about(picture.image, place, colour, 60), place


@pytest.mark.parametrize("orientation", [0, 9, 65_535])
def test_a_turn_that_does_not_exist_turns_nothing(orientation):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    assert read(encoded(corners(), "PNG", exif=exif)).image.size == (40, 20)


def with_metadata(name):
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "A. Photographer"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSProcessingMethod] = GPS_NOTE
    options = {"exif": exif, "xmp": b"<x:xmpmeta>secret</x:xmpmeta>"}
    if name == "JPEG":
        options["comment"] = b"A. Photographer"
    if name == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Author", "A. Photographer")
        options = {"exif": exif, "pnginfo": notes}
    return encoded(halves(), name, **options)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_drops_all_metadata(name):
    data = with_metadata(name)
    assert GPS_NOTE in data
    assert b"Photographer" in data
    for rendition in all_made(read(data).image):
        assert GPS_NOTE not in rendition
        assert b"Photographer" not in rendition
        assert b"secret" not in rendition
        image = Image.open(io.BytesIO(rendition))
        assert not dict(image.getexif())
        assert not {"exif", "xmp", "comment", "icc_profile"} & image.info.keys()


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF"])
def test_nothing_behind_or_inside_the_picture_is_kept(name):
    data = encoded(halves(), name) + b"<script>alert(1)</script>PK\x03\x04"
    assert not any(b"<script>" in made for made in all_made(read(data).image))


def test_a_page_that_is_also_a_gif_is_harmless_or_refused():
    real = encoded(halves(), "GIF")
    inside = real[:-1] + b"\x21\xfe\x19<script>alert(1)</script>\0" + real[-1:]
    assert not any(b"<script>" in made for made in all_made(read(inside).image))
    assert refusal(b"GIF89a/*<svg/onload=alert(1)>*/=1;" + b"x" * 40) in (
        "damaged",
        "unknown_format",
        "too_many_pixels",
    )


@pytest.mark.parametrize(("name", "size"), [("PNG", 400_000), ("WEBP", 400_000), ("AVIF", 400_000), ("JPEG", 65_000)])
def test_a_huge_exif_is_read_past_and_dropped(name, size):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation], exif[0x927C] = 6, b"S" * size
    picture = read(encoded(halves(), name, exif=exif))
    assert picture.image.size == (20, 40)
    assert max(map(len, all_made(picture.image))) < 50_000
