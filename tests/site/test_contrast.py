"""WCAG contrast of the colour tokens as they are paired in site.css, in both themes."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR, "ballerina_site/static/css/site.css").read_text()
THEMES = ("matinee", "night")
SURFACES = ("ground", "stage", "well")
BODY, TEXT, SHAPE = 7.0, 4.5, 3.0

PAIRS = [
    *((ink, surface, BODY) for ink in ("ink", "ink-soft") for surface in SURFACES),
    *((ink, surface, TEXT) for ink in ("ink-faint", "gold", "accent", "live") for surface in SURFACES),
    *((tone, surface, TEXT) for tone in ("ok", "no", "maybe", "info", "musing") for surface in SURFACES),
    *((line, surface, SHAPE) for line in ("edge", "gold-rule") for surface in SURFACES),
    ("on-accent", "accent", TEXT),
    ("on-live", "live", TEXT),
]


def tokens(css: str) -> dict[str, tuple[str, str]]:
    """Name → (light, dark), as six hexadecimal digits."""
    found = re.findall(r"--([\w-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)", css)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
@pytest.mark.parametrize("theme", THEMES)
def test_pair_has_contrast(theme: str, front: str, back: str, least: float) -> None:
    palette, side = tokens(CSS), THEMES.index(theme)
    assert contrast(palette[front][side], palette[back][side]) >= least


def test_every_colour_token_is_judged() -> None:
    judged = {name for front, back, _ in PAIRS for name in (front, back)}
    decoration = {"rule"}  # hairlines that carry no meaning
    assert tokens(CSS).keys() - decoration == judged


def test_no_raw_colour_outside_the_tokens() -> None:
    rules = CSS[CSS.index("@layer base {") : CSS.index("@layer print {")]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;, )])", rules)


def test_the_judge_can_fail() -> None:
    assert contrast("ffffff", "000000") == pytest.approx(21)
    assert contrast("808080", "777777") < SHAPE
    faint = CSS.replace("--edge: light-dark(#", "--edge: light-dark(#d9cbb4, #382c2e); --spare: light-dark(#")
    assert contrast(tokens(faint)["edge"][0], tokens(faint)["ground"][0]) < SHAPE
