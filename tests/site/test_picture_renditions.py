"""The sizes and crops that are made of a picture."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ballerina_site.renditions import crop_box, crops, renditions
from tests.site.picturing import RED, about, halves


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
