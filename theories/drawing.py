"""Where the marks of a record's pictures stand: an interval against the crowd, and the calibration. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from theories.calibration import Shown
from theories.skill import Skill

REACH = 0.25
"""Brier points from the middle of an interval's picture to its edge; what lies beyond is drawn at the edge."""
LEFT, WIDTH = 40, 290
BOTTOM, HEIGHT = 285, 275
SMALLEST, LARGEST = 3.5, 11
"""Points: one of two forecasts is told from one of twenty, and none covers its neighbour."""


@dataclass(frozen=True)
class Span:
    """In a picture 200 wide, the crowd at 100."""

    x: float
    width: float
    at: float


def span(skill: Skill) -> Span:
    low, at, high = (_across(value) for value in (skill.low, skill.skill, skill.high))
    return Span(low, round(high - low, 1), at)


def _across(value: float) -> float:
    return round(100 + 100 * max(-1.0, min(1.0, value / REACH)), 1)


@dataclass(frozen=True)
class GridLine:
    percent: int
    x: float
    y: float


@dataclass(frozen=True)
class Point:
    """`size`: from its middle to its edge; the more forecasts, the larger."""

    bin: Shown
    size: float
    x: float
    y: float
    y_low: float
    y_high: float


@dataclass(frozen=True)
class CalibrationChart:
    grid: list[GridLine]
    points: list[Point]


def calibration_chart(bins: Sequence[Shown]) -> CalibrationChart:
    """What was said across, what came true upwards, both from 0 to 100 %."""
    return CalibrationChart(
        [GridLine(percent, _x(percent), _y(percent)) for percent in range(0, 101, 20)],
        [Point(bin, _size(bin.weight), _x(bin.said), _y(bin.share), _y(bin.lower), _y(bin.upper)) for bin in bins],
    )


def _size(forecasts: int) -> float:
    return round(min(LARGEST, SMALLEST + 0.8 * sqrt(forecasts)), 1)


def _x(percent: float) -> float:
    return round(LEFT + WIDTH * percent / 100, 1)


def _y(percent: float) -> float:
    return round(BOTTOM - HEIGHT * percent / 100, 1)
