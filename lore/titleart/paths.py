"""SVG's path language, as far as the props are written in it, flattened to points."""

import math
import re
from collections.abc import Iterator

Point = tuple[float, float]

_TOKEN = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_STEPS = 20
"""Straight pieces of one curve."""


def lines_of(path: str) -> Iterator[list[Point]]:
    """Each stretch of the path as points; a closed one ends where it began."""
    line: list[Point] = []
    for command, words in _TOKEN.findall(path):
        numbers = [float(number) for number in _NUMBER.findall(words)]
        if command in "MO" and line:
            yield line
            line = []
        if command == "O":
            yield _ellipse(*numbers)
        elif command == "Z":
            yield [*line, line[0]]
            line = []
        else:
            _go_on(line, command, numbers)
    if line:
        yield line


def _go_on(line: list[Point], command: str, numbers: list[float]) -> None:
    size = {"H": 1, "V": 1, "C": 6}.get(command.upper(), 2)
    for start in range(0, len(numbers), size):
        here = line[-1] if line else (0.0, 0.0)
        points = _points(command, numbers[start : start + size], here)
        line.extend(_curve(here, *points) if command in "Cc" else points)


def _points(command: str, numbers: list[float], here: Point) -> list[Point]:
    x, y = here if command.islower() else (0.0, 0.0)
    if command in "Hh":
        return [(x + numbers[0], here[1])]
    if command in "Vv":
        return [(here[0], y + numbers[0])]
    return [(x + dx, y + dy) for dx, dy in zip(numbers[::2], numbers[1::2], strict=True)]


def _curve(a: Point, b: Point, c: Point, d: Point) -> Iterator[Point]:
    """Bézier's, of third degree."""
    for step in range(1, _STEPS + 1):
        t = step / _STEPS
        u = 1 - t
        weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
        x, y = (sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
        yield x, y


def _ellipse(x: float, y: float, half_width: float, half_height: float) -> list[Point]:
    turns = (2 * math.pi * step / (4 * _STEPS) for step in range(4 * _STEPS + 1))
    return [(x + half_width * math.cos(turn), y + half_height * math.sin(turn)) for turn in turns]
