"""The geometry of the map of ties and of a page's own small web: pure, in SVG units."""

import math
from textwrap import wrap

CELL = (146, 92)
"""What a page needs on the map, shape and label: wide, high."""
ROW = 18
BELOW = 30
"""From the middle of a shape down to the first line of its label, and from line to line."""
_LIFT = 20
"""How far above the middle of its cell a shape stands."""
_LINE = 16
"""Characters on a line of a label."""
_RIM, _TIP = 15, 18
"""How far from the middle of a shape a line begins, and ends."""
_SMALLEST, _LARGEST = 500, 8000
"""SVG units between places 0 and 1."""

type Place = tuple[float, float]
type Point = tuple[int, int]


def drawn(places: dict[int, Place]) -> dict[int, Point]:
    """As large as it takes for labels to stay clear of each other, with no empty edge."""
    scale = _scale(list(places.values()))
    left = min((x for x, _ in places.values()), default=0)
    top = min((y for _, y in places.values()), default=0)
    return {
        key: (round((x - left) * scale) + CELL[0] // 2, round((y - top) * scale) + CELL[1] // 2 - _LIFT)
        for key, (x, y) in places.items()
    }


def size_of(points: dict[int, Point]) -> Point:
    """Of the picture that holds them."""
    right = max((x for x, _ in points.values()), default=0)
    bottom = max((y for _, y in points.values()), default=0)
    return right + CELL[0] // 2, bottom + CELL[1] // 2 + _LIFT


def with_circle(places: dict[int, Place], waiting: list[int]) -> dict[int, Place]:
    """Those that no layout has placed yet stand on a circle around the others."""
    xs, ys = [x for x, _ in places.values()] or [0.5], [y for _, y in places.values()] or [0.5]
    middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    radius = 0.1 + max((math.dist(place, middle) for place in places.values()), default=0.4)
    step = math.tau / max(len(waiting), 1)
    return places | {
        key: (middle[0] + radius * math.cos(step * number), middle[1] + radius * math.sin(step * number))
        for number, key in enumerate(waiting)
    }


def _scale(places: list[Place]) -> float:
    """The smallest at which no two cells overlap. In the order of their height, each is compared with those that
    begin above its lower edge."""
    scale = float(_SMALLEST)
    rows = sorted(places, key=lambda place: place[1])
    for number, (x, y) in enumerate(rows):
        for other_x, other_y in rows[number + 1 :]:
            if (other_y - y) * scale >= CELL[1]:
                break
            needed = min(_over(CELL[0], abs(other_x - x)), _over(CELL[1], other_y - y))
            scale = max(scale, min(needed, _LARGEST))
    return scale


def _over(length: float, gap: float) -> float:
    return length / gap if gap > 0 else math.inf


def label(title: str) -> tuple[str, ...]:
    """At most three lines."""
    rows = wrap(title, _LINE)
    return (*rows[:2], f"{rows[2][: _LINE - 1]}…") if len(rows) > 3 else tuple(rows)


def rim_to_rim(start: Point, end: Point) -> tuple[Point, Point]:
    length = math.dist(start, end) or 1
    across, down = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    return (
        (round(start[0] + across * _RIM), round(start[1] + down * _RIM)),
        (round(end[0] - across * _TIP), round(end[1] - down * _TIP)),
    )


# The small web

MIDDLE = (330, 150)
_REACH = (110, 100)


def spoke_end(number: int, count: int) -> Point:
    angle = math.tau * (number + 0.5) / count - math.pi / 2 if count > 1 else 0.0
    return MIDDLE[0] + round(_REACH[0] * math.cos(angle)), MIDDLE[1] + round(_REACH[1] * math.sin(angle))


def spoke_label(end: Point) -> tuple[int, int, str]:
    """x, y and anchor of the words at the end of a spoke: beside it; above or below it near the middle."""
    x, y = end
    if abs(x - MIDDLE[0]) < _REACH[0] * 0.3:
        return x, y + (26 if y > MIDDLE[1] else -14), "middle"
    return (x + 14, y + 6, "start") if x > MIDDLE[0] else (x - 14, y + 6, "end")
