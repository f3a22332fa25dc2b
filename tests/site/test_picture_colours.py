"""Colours come out as they were meant, whatever the mode and profile."""

import io

import pytest
from PIL import Image, ImageCms

from ballerina_site.renditions import renditions
from tests.site.picturing import RED, about, encoded, halves, read


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
