"""The picture of a crowd's course: steps in time, one's own line over it, and the same as a table. Pure geometry, in
SVG units."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WIDTH, HEIGHT = 280, 172
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 10, 30
MOST_POINTS = 200
MOST_ROWS = 50
_GRID = (0, 25, 50, 75, 100)
_LABELLED = (0, 50, 100)
_TWO_DAYS = timedelta(days=2)
_LEAST_SPAN = timedelta(seconds=1)


@dataclass(frozen=True)
class Step:
    """From `at` on it is `percent`; None: there is none."""

    at: datetime
    percent: int | None


@dataclass(frozen=True)
class Row:
    """What changed at a moment; None for what did not."""

    at: datetime
    crowd: int | None
    own: int | None
    is_taken_back: bool = False


@dataclass(frozen=True)
class Line:
    """`path` for SVG, and where it ends; `last` is None where it has ended before."""

    path: str
    x: float
    y: float
    last: int | None


@dataclass(frozen=True)
class Chart:
    """`rows`: the newest first, `left_out` of them are not told."""

    begin: datetime
    end: datetime
    crowd: Line | None
    own: Line | None
    rows: list[Row]
    left_out: int
    lowest: int | None
    highest: int | None
    first: int | None

    @property
    def is_short(self) -> bool:
        """Its days alone would not tell its ends apart."""
        return self.end - self.begin < _TWO_DAYS

    width, height = WIDTH, HEIGHT
    left, right, foot = LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM

    @property
    def grid(self) -> list[tuple[float, str]]:
        """Height of each line across, and its word, if it has one."""
        return [(height_of(percent), f"{percent} %" if percent in _LABELLED else "") for percent in _GRID]


def moments(begin: datetime, end: datetime, count: int = MOST_POINTS) -> list[datetime]:
    """Evenly over the time from `begin` to `end`, the last of them `end`."""
    return [begin + (end - begin) * number / count for number in range(1, count + 1)]


def draw(crowd: Sequence[Step], own: Sequence[Step], begin: datetime, end: datetime) -> Chart:
    """`crowd` and `own` in the order of time."""
    end = max(end, begin + _LEAST_SPAN)
    moves, mine = changes(crowd)[-MOST_POINTS:], changes(own)[-MOST_POINTS:]
    told = [step.percent for step in moves if step.percent is not None]
    rows = sorted(_rows(moves, mine), key=lambda row: row.at, reverse=True)
    return Chart(
        begin=begin,
        end=end,
        crowd=line(moves, begin, end),
        own=line(mine, begin, end),
        rows=rows[:MOST_ROWS],
        left_out=max(len(rows) - MOST_ROWS, 0),
        lowest=min(told, default=None),
        highest=max(told, default=None),
        first=told[0] if told else None,
    )


def changes(steps: Sequence[Step]) -> list[Step]:
    """Without those that change nothing; what is none at first is no step."""
    found: list[Step] = []
    for step in steps:
        if step.percent != (found[-1].percent if found else None):
            found.append(step)
    return found


def line(steps: Sequence[Step], begin: datetime, end: datetime) -> Line | None:
    """In steps: each value holds until the next; where there is none, the line is broken."""
    if not steps:
        return None
    path, percent, x = "", None, 0.0
    for step in steps:
        x = place_of(step.at, begin, end)
        path += _piece(percent, step.percent, x)
        percent = step.percent
    if percent is not None:
        x = place_of(end, begin, end)
        path += f"H{x:g}"
    last = next(step.percent for step in reversed(steps) if step.percent is not None)
    return Line(path, x, height_of(last), percent)


def place_of(at: datetime, begin: datetime, end: datetime) -> float:
    share = (at - begin) / (end - begin)
    return round(LEFT + min(max(share, 0), 1) * (WIDTH - LEFT - RIGHT), 1)


def height_of(percent: int) -> float:
    return round(TOP + (100 - percent) / 100 * (HEIGHT - TOP - BOTTOM), 1)


def _piece(before: int | None, after: int | None, x: float) -> str:
    if before is None:
        return f"M{x:g} {height_of(after):g}" if after is not None else ""
    return f"H{x:g}" if after is None else f"H{x:g}V{height_of(after):g}"


def _rows(crowd: Sequence[Step], own: Sequence[Step]) -> Iterator[Row]:
    """One for each moment at which something changed."""
    moved, said = ({step.at: step for step in steps} for steps in (crowd, own))
    for at in moved.keys() | said.keys():
        theirs, mine = moved.get(at), said.get(at)
        taken_back = mine is not None and mine.percent is None
        yield Row(at, theirs.percent if theirs else None, mine.percent if mine else None, taken_back)
