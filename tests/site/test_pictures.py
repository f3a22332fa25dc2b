import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from ballerina_site import pictures
from ballerina_site.pictures import Limits, PictureError, read_picture
from ballerina_site.renditions import crop_box, crops, master, renditions

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


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_reads_five_formats_by_their_content(name):
    picture = read(encoded(halves(), name))
    assert (picture.width, picture.height, picture.image.mode) == (40, 20, "RGB")
    assert about(picture.image, (5, 10), RED, 40)
    assert about(picture.image, (35, 10), BLUE, 40)


def test_a_name_counts_for_nothing():
    file = io.BytesIO(encoded(halves(), "PNG"))
    file.name = "picture.svg"
    assert read_picture(file).width == 40


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"%PDF-1.7\n",
        encoded(halves(), "TIFF"),
        encoded(halves(), "BMP"),
        encoded(halves(), "ICO"),
        encoded(halves(), "JPEG2000"),
        b"",
        b"GIF",
        b"<html>",
        b"\0" * 1000,
    ],
)
def test_refuses_other_formats(data):
    assert refusal(data) == "unknown_format"


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_refuses_what_is_cut_short(name):
    data = encoded(Image.effect_noise((200, 200), 80).convert("RGB"), name)
    assert refusal(data[: len(data) // 2]) in ("damaged", "unknown_format")


@pytest.mark.parametrize(
    "data",
    [
        png_claiming(5_001, 5_000),
        png_claiming(60_000, 60_000),
        png_claiming(2**31 - 1, 2**31 - 1),
        png_claiming(16_001, 1),
        png_claiming(20_000, 1),
        png_claiming(1, 20_000),
        webp_claiming(16_000, 16_000),
        webp_claiming(5_000, 5_000),
        gif_claiming(65_535, 65_535),
    ],
)
def test_refuses_too_many_pixels_before_decoding(data, monkeypatch):
    monkeypatch.setattr(pictures, "_bare", lambda image: pytest.fail("decoded"))
    assert refusal(data) == "too_many_pixels"


def test_the_sentence_names_the_limit():
    with pytest.raises(PictureError, match="at most 24 megapixels, and 16,000 pixels on a side"):
        read(png_claiming(5_000, 5_000))
    with pytest.raises(PictureError, match="at most 10 MB"):
        read(b"\0" * 10_000_001)


def test_refuses_a_small_file_that_unpacks_to_much():
    body = zlib.compress(bytes(40_000_000), 9)
    assert refusal(png_claiming(40_000, 333, body)) == "too_many_pixels"


def test_pixels_at_the_limit_pass():
    limits = Limits(max_pixels=800)
    assert read(encoded(halves()), limits=limits).width == 40
    assert refusal(encoded(halves((41, 20))), limits=limits) == "too_many_pixels"


def test_bytes_at_the_limit_pass():
    data = encoded(halves())
    assert read(data, limits=Limits(max_bytes=len(data))).width == 40
    assert refusal(data, limits=Limits(max_bytes=len(data) - 1)) == "too_many_bytes"


def test_an_animation_gives_its_first_frame():
    frames = [Image.new("RGB", (30, 30), RED), Image.new("RGB", (30, 30), BLUE)]
    for name in ("GIF", "WEBP", "AVIF", "PNG"):
        data = encoded(frames[0], name, save_all=True, append_images=frames[1:], duration=100)
        assert about(read(data).image, (15, 15), RED)


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


def all_made(image):
    return [master(image), *renditions(image).values(), *crops(image, (50, 50)).values()]


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


def test_many_frames_cost_no_more_than_one():
    """Those behind the first are not even looked at: here they are torn."""
    frames = [Image.effect_noise((60, 40), shade).convert("RGB") for shade in range(1, 200, 10)]
    for name in ("GIF", "WEBP"):
        data = encoded(frames[0], name, save_all=True, append_images=frames[1:], duration=20)
        torn = data[:-300] + bytes(300)
        assert read(torn).image.size == (60, 40)


def test_turns_colours_into_srgb():
    lab = ImageCms.createProfile("LAB")
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert about(read(encoded(halves(), "JPEG", icc_profile=srgb, quality=95)).image, (5, 10), RED)
    misfit = ImageCms.ImageCmsProfile(lab).tobytes()
    assert about(read(encoded(halves(), "PNG", icc_profile=misfit)).image, (5, 10), RED)
    assert about(read(encoded(halves(), "PNG", icc_profile=b"no profile")).image, (5, 10), RED)


def test_a_swapped_profile_is_applied():
    """A profile with red and blue changed places must change them in the picture."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    picture = read(encoded(halves(), "PNG", icc_profile=bytes(profile)))
    assert about(picture.image, (5, 10), (RED[2], RED[1], RED[0]), 60)


@pytest.mark.parametrize(
    ("mode", "name", "expected"),
    [
        ("P", "PNG", "RGB"),
        ("P", "GIF", "RGB"),
        ("L", "JPEG", "RGB"),
        ("1", "PNG", "RGB"),
        ("CMYK", "JPEG", "RGB"),
        ("RGBA", "PNG", "RGBA"),
        ("LA", "PNG", "RGBA"),
        ("I;16", "PNG", "RGB"),
    ],
)
def test_modes(mode, name, expected):
    image = halves().convert("L").convert(mode) if mode == "I;16" else halves(mode=mode)
    picture = read(encoded(image, name))
    assert picture.image.mode == expected
    assert len(renditions(picture.image)) == 3


def test_inks_keep_their_colours():
    assert about(read(encoded(halves(mode="CMYK"), "JPEG", quality=95)).image, (5, 10), RED, 40)


def test_a_clear_colour_of_a_palette_stays_clear():
    picture = read(encoded(halves(mode="P"), "PNG", transparency=halves(mode="P").getpixel((5, 10))))
    assert (picture.image.getpixel((5, 10))[3], picture.image.getpixel((35, 10))[3]) == (0, 255)


def test_a_profile_of_a_palette_is_applied():
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    picture = read(encoded(halves(mode="P"), "PNG", icc_profile=bytes(profile)))
    assert about(picture.image, (5, 10), (RED[2], RED[1], RED[0]), 60)


def test_sixteen_bits_keep_their_greys():
    deep = Image.new("I;16", (10, 10), 128 * 256)
    assert about(read(encoded(deep)).image, (5, 5), (128, 128, 128), 2)


def test_what_is_clear_stays_clear_or_turns_white():
    made = renditions(read(encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)))).image)
    assert Image.open(io.BytesIO(made["20.webp"])).convert("RGBA").getpixel((5, 5))[3] == 0
    assert about(Image.open(io.BytesIO(made["20.jpg"])), (5, 5), (255, 255, 255), 2)


def test_renditions_are_never_wider_than_the_picture():
    made = renditions(Image.new("RGB", (1_000, 500)))
    assert set(made) == {f"{width}.{end}" for width in (480, 960) for end in ("avif", "webp", "jpg")}
    assert {Image.open(io.BytesIO(data)).size for data in made.values()} == {(480, 240), (960, 480)}


def test_small_pictures_have_one_width():
    assert set(renditions(Image.new("RGB", (100, 1)))) == {"100.avif", "100.webp", "100.jpg"}


def test_renditions_are_of_the_format_they_are_named_for():
    formats = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}
    for name, data in renditions(Image.new("RGB", (100, 100))).items():
        assert Image.open(io.BytesIO(data)).format == formats[name.partition(".")[2]]


def test_a_huge_photograph_is_decoded_smaller_but_known_by_its_size():
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    picture = read(encoded(Image.new("RGB", (6_000, 4_000), RED), "JPEG", exif=exif))
    assert (picture.width, picture.height) == (4_000, 6_000)
    assert max(picture.image.size) == pictures.LONGEST_SIDE


def test_the_digest_is_of_the_bytes_sent():
    data = encoded(halves())
    assert read(data).digest == read(data).digest
    assert read(data).digest != read(encoded(halves((41, 20)))).digest
    assert len(read(data).digest) == 64


def test_decoders_wait_for_each_other(monkeypatch):
    monkeypatch.setattr(pictures, "PATIENCE_SECONDS", 0.01)
    taken = 0
    while pictures.DECODERS.acquire(blocking=False):
        taken += 1
    try:
        assert refusal(encoded(halves())) == "busy"
    finally:
        for _ in range(taken):
            pictures.DECODERS.release()
    assert taken >= 1
    assert read(encoded(halves())).width == 40


def test_a_refusal_gives_the_decoder_back():
    for _ in range(20):
        refusal(b"nothing")
    assert read(encoded(halves())).width == 40


@pytest.mark.parametrize(
    ("size", "focus", "box"),
    [
        ((300, 200), (50, 50), (0, 0, 300, 200)),
        ((600, 200), (50, 50), (150, 0, 450, 200)),
        ((600, 200), (0, 0), (0, 0, 300, 200)),
        ((600, 200), (100, 100), (300, 0, 600, 200)),
        ((300, 600), (50, 25), (0, 50, 300, 250)),
        ((300, 600), (50, 100), (0, 400, 300, 600)),
    ],
)
def test_a_crop_keeps_the_focal_point_inside(size, focus, box):
    assert crop_box(size, focus) == box


@given(st.integers(1, 4000), st.integers(1, 4000), st.integers(0, 100), st.integers(0, 100))
def test_no_crop_leaves_the_picture(width, height, x, y):
    left, top, right, bottom = crop_box((width, height), (x, y))
    assert 0 <= left < right <= width + 1e-6
    assert 0 <= top < bottom <= height + 1e-6
    assert left - 1e-6 <= width * x / 100 <= right + 1e-6
    assert top - 1e-6 <= height * y / 100 <= bottom + 1e-6


def test_crops_are_of_a_cards_size():
    assert set(crops(halves((40, 20)), (50, 50))) == {f"480.{end}" for end in ("avif", "webp", "jpg")}
    wide = crops(halves((1_000, 200)), (0, 50))
    assert {Image.open(io.BytesIO(data)).size for data in wide.values()} == {(480, 320), (960, 640)}
    assert about(Image.open(io.BytesIO(wide["480.jpg"])), (470, 160), RED)


SOUND = {name: encoded(halves(), name) for name in ("JPEG", "PNG", "WEBP", "AVIF", "GIF")}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(SOUND)), st.data())
def test_damaged_bytes_are_refused_or_read_but_never_crash(name, data):
    damaged = bytearray(SOUND[name])
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = read(bytes(damaged))
    except PictureError:
        return
    assert picture.image.mode in ("RGB", "RGBA")
