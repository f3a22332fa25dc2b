"""What the browser fetches before it can show a page: bytes over the wire, Brotli as whitenoise makes it."""

from pathlib import Path

import brotli
import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR, "ballerina_site/static")
KB = 1000
READING = ("js/site.js",)


def wire(path: Path) -> int:
    return len(brotli.compress(path.read_bytes()))


def test_the_stylesheet_of_every_page_within_its_budget() -> None:
    assert wire(STATIC / "css/site.css") <= 8 * KB


def test_what_only_some_pages_add_is_small() -> None:
    sheets = {STATIC / f"css/{name}.css" for name in ("site", "admin")}
    assert all(wire(sheet) <= 4 * KB for sheet in set(STATIC.glob("css/*.css")) - sheets)


def test_own_script_of_reading_pages_within_its_budget() -> None:
    assert sum(wire(STATIC / name) for name in READING) <= 3 * KB


def test_all_own_script_within_its_budget() -> None:
    assert sum(map(wire, STATIC.glob("js/**/*.js"))) <= 12 * KB


def test_one_font_within_its_budget_and_with_its_licence() -> None:
    [font] = STATIC.glob("fonts/*.woff2")
    assert font.stat().st_size <= 16 * KB
    assert "SIL Open Font License" in (STATIC / "fonts/bodoni-moda-OFL.txt").read_text()


@pytest.mark.parametrize("sign", ["@import", "http://", "https://"])
def test_stylesheet_asks_for_nothing_elsewhere(sign: str) -> None:
    assert sign not in (STATIC / "css/site.css").read_text()


def test_the_scale_can_tip(tmp_path: Path) -> None:
    heavy = tmp_path / "heavy.css"
    heavy.write_text("".join(f".c{n * 7919 % 10007}{{top:{n * n}px}}" for n in range(4000)))
    assert wire(heavy) > 8 * KB
