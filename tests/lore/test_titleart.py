"""Title art: shipped with the seed, drawn the same each time."""

import tomllib

import numpy as np
import pytest
from PIL import Image

from lore.models.images import check_alt
from lore.seeding import SEED_DIR
from lore.titleart import STAGINGS, draw_title
from lore.titleart.paths import lines_of
from lore.titleart.props import masks_of, numeral, props, roman

FOLDER = SEED_DIR / "pictures"
ROWS = tomllib.loads((SEED_DIR / "pictures.toml").read_text("utf-8"))["picture"]
PAGES = {page.stem for page in (SEED_DIR / "pages").glob("*.md")}


def test_every_page_has_its_own():
    assert {row["file"] for row in ROWS} == {f"{slug}.webp" for slug in PAGES}
    assert [row["lead_of"] for row in ROWS] == [[row["file"].removesuffix(".webp")] for row in ROWS]
    assert STAGINGS.keys() == PAGES


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_each_is_large_light_and_described(row):
    file = FOLDER / row["file"]
    assert file.stat().st_size <= 40_000
    assert Image.open(file).size == (1600, 1000)
    check_alt(row["alt"])
    assert 30 <= len(row["alt"]) <= 250


def test_all_of_them_are_light_together():
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= 1_200_000


def test_the_same_page_is_drawn_the_same():
    one, two, other = (np.asarray(draw_title(slug, "topic", 5)) for slug in ("origin", "origin", "new-page"))
    assert one.shape == (1000, 1600, 3)
    assert (one == two).all()
    assert (one != other).any()
    assert one[650:750, 760:840].min() < 20 < one[20, 800].max()  # a dark prop, light above it


@pytest.mark.parametrize("name", props())
def test_each_prop_stands_on_the_stage(name):
    masks = masks_of(props()[name], (320, 200), (160, 160), 0.35)
    assert sum(masks[layer].sum() for layer in masks.layers) > 100
    assert (masks["nothing"] == 0).all()


@pytest.mark.parametrize(
    ("path", "points"),
    [
        ("M0 0L10 0", [(0, 0), (10, 0)]),
        ("M1-1h4v2H0V.5Z", [(1, -1), (5, -1), (5, 1), (0, 1), (0, 0.5), (1, -1)]),
        ("M0 0l1 1 2-1", [(0, 0), (1, 1), (3, 0)]),
    ],
)
def test_paths_are_read(path, points):
    assert list(lines_of(path)) == [points]


def test_a_path_may_have_several_lines_and_curves():
    lines = list(lines_of("M0 0C0 10 10 10 10 0ZM5 5L6 6O3 4 2 1"))
    assert [line[0] for line in lines] == [(0, 0), (5, 5), (5, 4)]
    assert max(y for _, y in lines[0]) == pytest.approx(7.5)


@pytest.mark.parametrize(("number", "letters"), [(1, "I"), (4, "IV"), (9, "IX"), (13, "XIII"), (10, "X"), (6, "VI")])
def test_numerals(number, letters):
    assert roman(number) == letters


def test_a_numeral_is_as_wide_as_it_says():
    mask, width = numeral(8, (200, 100), (100, 50), 60)
    columns = np.flatnonzero(mask.any(axis=0))
    assert columns[-1] - columns[0] == pytest.approx(width, abs=20)
