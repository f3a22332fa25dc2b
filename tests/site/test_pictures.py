"""What is read as a picture, and what is refused."""

import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from ballerina_site import pictures
from ballerina_site.pictures import Limits, PictureError, read_picture
from tests.site.picturing import (
    BLUE,
    RED,
    about,
    encoded,
    gif_claiming,
    halves,
    png_claiming,
    read,
    refusal,
    webp_claiming,
)


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


def test_many_frames_cost_no_more_than_one():
    """Those behind the first are not even looked at: here they are torn."""
    frames = [Image.effect_noise((60, 40), shade).convert("RGB") for shade in range(1, 200, 10)]
    for name in ("GIF", "WEBP"):
        data = encoded(frames[0], name, save_all=True, append_images=frames[1:], duration=20)
        torn = data[:-300] + bytes(300)
        assert read(torn).image.size == (60, 40)


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
