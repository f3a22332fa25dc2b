"""The drawings in `props.toml`, put on the stage as masks: a number from 0 to 1 for each pixel."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from lore.titleart.paths import Point, lines_of

Mask = np.ndarray
Shape = list[str | float]

_FINE = 2
"""Masks are drawn so many times larger, for smooth edges."""
_TAKEN_OUT = {"cut": "ink", "shade": "glow"}
_HIDES = {"ink": "paper", "paper": "ink"}
"""Of these two, what is drawn later lies before the other."""


def props() -> dict[str, list[Shape]]:
    return tomllib.loads((Path(__file__).parent / "props.toml").read_text("utf-8"))


@dataclass
class Masks:
    """What a prop is made of, by layer."""

    size: tuple[int, int]
    layers: dict[str, Image.Image] = field(default_factory=dict)

    def __getitem__(self, layer: str) -> Mask:
        if layer not in self.layers:
            return np.zeros((self.size[1], self.size[0]), np.float32)
        drawn = self.layers[layer].resize(self.size, Image.Resampling.BOX)
        return np.asarray(drawn, np.float32) / 255

    def draw(self, shape: Shape, origin: Point, scale: float) -> None:
        layer, *width, path = shape
        lines = [
            [((origin[0] + x * scale) * _FINE, (origin[1] + y * scale) * _FINE) for x, y in line]
            for line in lines_of(path)
        ]
        thick = max(2, round(width[0] * scale * _FINE)) if width else 0
        self._fill(_TAKEN_OUT.get(layer, layer), lines, thick, 0 if layer in _TAKEN_OUT else 255)
        if layer in _HIDES:
            self._fill(_HIDES[layer], lines, thick, 0)

    def _fill(self, layer: str, lines: list[list[Point]], thick: int, value: int) -> None:
        canvas = ImageDraw.Draw(self._layer(layer))
        for line in lines:
            if thick:
                canvas.line(line, fill=value, width=thick, joint="curve")
            else:
                canvas.polygon(line, fill=value)

    def _layer(self, name: str) -> Image.Image:
        if name not in self.layers:
            self.layers[name] = Image.new("L", (self.size[0] * _FINE, self.size[1] * _FINE))
        return self.layers[name]


def masks_of(shapes: list[Shape], size: tuple[int, int], origin: Point, scale: float) -> Masks:
    masks = Masks(size)
    for shape in shapes:
        masks.draw(shape, origin, scale)
    return masks


# Numerals, in the manner of Bodoni: a stem, a hairline, flat serifs. In a box 100 high.

_STEM = "M0 0V-100H17V0ZM-7 0V-3H24V0ZM-7-97V-100H24V-97Z"
_FIVE = "M-2-100H18L42-22L38 0ZM38 0L33-6L63-100H68L40 0ZM-10-97V-100H28V-97ZM53-97V-100H78V-97Z"
_TEN = "M0-100H21L74 0H53ZM4 0H9L71-100H66ZM-9-97V-100H31V-97ZM54-97V-100H82V-97ZM-6-3V0H20V-3ZM43-3V0H84V-3Z"
_LETTERS = {"I": (_STEM, 17), "V": (_FIVE, 68), "X": (_TEN, 75)}
_GAP = 23
_ROMAN = {10: "X", 9: "IX", 5: "V", 4: "IV", 1: "I"}


def roman(number: int) -> str:
    words = ""
    for value, letters in _ROMAN.items():
        words += letters * (number // value)
        number %= value
    return words


def numeral(number: int, size: tuple[int, int], middle: Point, height: float) -> tuple[Mask, float]:
    """The mask, and how wide the numeral is."""
    letters, scale, masks = roman(number), height / 100, Masks(size)
    width = scale * (sum(_LETTERS[letter][1] for letter in letters) + _GAP * (len(letters) - 1))
    x = middle[0] - width / 2
    for letter in letters:
        path, advance = _LETTERS[letter]
        masks.draw(["ink", path], (x, middle[1] + height / 2), scale)
        x += (advance + _GAP) * scale
    return masks["ink"], width
