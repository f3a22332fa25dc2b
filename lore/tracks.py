"""The picture of the timeline: a row of works, and an axis of dates. Pure geometry, in SVG units: it draws what it is
given, and what is not given leaves no gap."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap

from lore.models.claims import Precision
from lore.models.events import EventKind

WIDTH = 1000
"""Of the picture as wide as the page."""
SHAPES: dict[str, str] = {
    EventKind.FOUNDED: "M-7-7H7V7H-7Z",
    EventKind.TRAINED: "M-8 0L0-8L8 0V4L0-4L-8 4ZM-8 8L0 0L8 8V12L0 4L-8 12Z",
    EventKind.ANNOUNCED: "M0-10L10 0L0 10L-10 0Z",
    EventKind.FILMED: "M-6-9L10 0L-6 9Z",
    EventKind.RELEASED: "M0-10L3-4L10-3L5 2L6 9L0 5L-6 9L-5 2L-10-3L-3-4Z",
    EventKind.OTHER: "M-6 0A6 6 0 1 0 6 0A6 6 0 1 0-6 0Z",
}
"""Drawn around 0,0; the word stands in the legend and in the list."""

_MARGIN = 24
_NARROWEST = 120
_LINE = 17
_ROW = 128
_FIRST_MARK = 62
_STACK = 6
_AXIS = 66
_FIRST_LANE = 34
_LABEL = 190
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True)
class Happening:
    """An event as it is drawn. `day` counts only on the axis."""

    name: str
    title: str
    when: str
    kind: str
    href: str
    day: date | None = None
    precision: str = Precision.DAY


@dataclass(frozen=True)
class Place:
    """A work, with what happens in it and what happens after it. `entry`: where the list has it."""

    title: str
    note: str
    href: str
    is_here: bool
    entry: str
    during: Sequence[Happening] = ()
    after: Sequence[Happening] = ()


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Line:
    """One line of a label."""

    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Mark:
    thing: Happening
    x: int
    y: int
    lines: tuple[Line, ...]
    hit: Box
    anchor: str = "start"
    bar: Box | None = None

    @property
    def shape(self) -> str:
        return SHAPES[self.thing.kind]


@dataclass(frozen=True)
class Dot:
    thing: Place
    x: int
    lines: tuple[Line, ...]
    hit: Box


@dataclass(frozen=True)
class Stem:
    x: int
    foot: int


@dataclass(frozen=True)
class More:
    """What a stack has no room for; the list has it."""

    count: int
    x: int
    y: int
    href: str


@dataclass(frozen=True)
class Row:
    width: int
    height: int
    dots: tuple[Dot, ...] = ()
    marks: tuple[Mark, ...] = ()
    stems: tuple[Stem, ...] = ()
    more: tuple[More, ...] = ()
    y: int = _ROW


@dataclass(frozen=True)
class Arc:
    path: str
    tip: str
    x: int
    y: int


@dataclass(frozen=True)
class Tick:
    x: int
    word: str


@dataclass(frozen=True)
class Axis:
    width: int
    height: int
    years: tuple[Tick, ...] = ()
    months: tuple[Tick, ...] = ()
    marks: tuple[Mark, ...] = ()
    y: int = _AXIS


# The row of works


def row(places: Sequence[Place], width: int) -> Row:
    """The works from left to right, evenly; what happens after one stands in a column of its own behind it. A row
    that is too narrow for its columns gets wider."""
    slots = [slot for place in places for slot in _columns(place)]
    column = max((width - 2 * _MARGIN) // max(len(slots), 1), _NARROWEST)
    dots, marks, stems, more = [], [], [], []
    for number, (place, things, is_work) in enumerate(slots):
        x = _MARGIN + number * column
        if is_work:
            dots.append(_dot(place, x, column))
        hung = list(_stack(things[:_STACK], x, column))
        foot = hung[-1].hit.y + hung[-1].hit.height if hung else _ROW
        if len(things) > _STACK:
            more.append(More(len(things) - _STACK, x, foot + _LINE, place.entry))
        if hung:
            stems.append(Stem(x, hung[-1].y))
        marks += hung
    lowest = max((mark.hit.y + mark.hit.height for mark in marks), default=_ROW + 36)
    height = lowest + (2 * _LINE if more else 0)
    return Row(max(width, 2 * _MARGIN + len(slots) * column), height, *map(tuple, (dots, marks, stems, more)))


def arc(row: Row, released: Sequence[int]) -> Arc | None:
    """From the work that came out last back to its place in the story, when that is further left. `released`: the order
    of release of each work in the row."""
    newest = released.index(max(released)) if released else 0
    if newest >= len(released) - 1:
        return None
    left, right = row.dots[newest].x, row.dots[newest + 1].x
    path = f"M{right} 70C{right} 26 {left} 26 {left} 58"
    return Arc(path, f"M{left - 5} 57h10l-5 11z", (left + right) // 2, 30)


def _columns(place: Place) -> Iterator[tuple[Place, Sequence[Happening], bool]]:
    yield place, place.during, True
    if place.after:
        yield place, place.after, False


def _dot(place: Place, x: int, column: int) -> Dot:
    sign, leading = (15, 30) if place.is_here else (10, 21)
    words = _wrapped(place.title, column - 16, sign, 2)
    lowest = _ROW - 26
    lines = tuple(Line(text, x - 8, lowest - leading * (len(words) - 1 - at)) for at, text in enumerate(words))
    top = lines[0].y - leading
    return Dot(place, x, lines, Box(x - 16, top, column - 8, _ROW + 16 - top))


def _stack(things: Iterable[Happening], x: int, column: int) -> Iterator[Mark]:
    y = _ROW + _FIRST_MARK
    for thing in things:
        words = _wrapped(thing.title, column - 34, 7.4, 3)
        hit = Box(x - 14, y - 18, column - 8, max(_LINE * len(words) + 18, 37))
        lines = tuple(Line(text, x + 18, y + 5 + _LINE * at) for at, text in enumerate(words))
        yield Mark(thing, x, y, lines, hit)
        y += hit.height + 8


# The axis of dates


def axis(things: Sequence[Happening], width: int) -> Axis:
    """Whole years, from the first that something happened in to the last. Each thing has a bar over the time that its
    date leaves open: a year, a month, or nothing to speak of."""
    days = [thing.day for thing in things if thing.day]
    if not days:
        return Axis(width, 0)
    scale = _Scale.over(min(days).year, max(days).year, width)
    dated = sorted((thing for thing in things if thing.day), key=lambda thing: thing.day)
    marks = tuple(_in_lanes(dated, scale, width))
    height = max(mark.hit.y + mark.hit.height for mark in marks) + 12
    return Axis(width, height, tuple(scale.years()), tuple(scale.months()), marks)


@dataclass(frozen=True)
class _Scale:
    first: int
    last: int
    start: int
    per_day: float

    @classmethod
    def over(cls, first: int, last: int, width: int) -> "_Scale":
        start, end = date(first, 1, 1).toordinal(), _after_year(last)
        return cls(first, last, start, (width - 2 * _MARGIN) / (end - start))

    def at(self, ordinal: int) -> int:
        return round(_MARGIN + (ordinal - self.start) * self.per_day)

    def years(self) -> Iterator[Tick]:
        step = next((step for step in _STEPS if step * 365 * self.per_day >= 64), _STEPS[-1])
        for year in range(self.first, self.last + 1):
            if (year - self.first) % step == 0:
                yield Tick(self.at(date(year, 1, 1).toordinal()), str(year))

    def months(self) -> Iterator[Tick]:
        """Where there is room; by name where there is more."""
        if 30 * self.per_day < 8:
            return
        for year in range(self.first, self.last + 1):
            for month in range(1, 13):
                day = date(year, month, 1)
                yield Tick(self.at(day.toordinal()), day.strftime("%b") if 30 * self.per_day >= 40 else "")

    def span(self, thing: Happening) -> tuple[int, int]:
        left, right = _open_time(thing.day, thing.precision)
        return self.at(left), self.at(right)

    def middle(self, thing: Happening) -> int:
        """Where its mark stands: amid the time that is open. A year that has a month noted with it is known a little
        better (“late 2023”), and the mark stands in that month."""
        is_narrowed = thing.precision == Precision.YEAR and (thing.day.month, thing.day.day) != (1, 1)
        left, right = _open_time(thing.day, Precision.MONTH if is_narrowed else thing.precision)
        return (self.at(left) + self.at(right)) // 2


def _after_year(year: int) -> int:
    return date(year, 12, 31).toordinal() + 1


def _open_time(day: date, precision: str) -> tuple[int, int]:
    """From the first day that it may have been to the day after the last."""
    if precision == Precision.YEAR:
        return date(day.year, 1, 1).toordinal(), _after_year(day.year)
    if precision == Precision.MONTH:
        end = _after_year(day.year) if day.month == 12 else day.replace(month=day.month + 1, day=1).toordinal()
        return day.replace(day=1).toordinal(), end
    return day.toordinal(), day.toordinal() + 1


def _in_lanes(things: Iterable[Happening], scale: _Scale, width: int) -> Iterator[Mark]:
    """Each in the highest lane where it stands free."""
    ends: list[int] = []
    height = _FIRST_LANE + 4 * _LINE
    for thing in things:
        mark = _dated(thing, scale.middle(thing), scale.span(thing), width)
        left, right = mark.hit.x, mark.hit.x + mark.hit.width
        lane = next((lane for lane, end in enumerate(ends) if end <= left), len(ends))
        ends[lane : lane + 1] = [right + 12]
        yield _lowered(mark, lane * height)


def _dated(thing: Happening, x: int, span: tuple[int, int], width: int) -> Mark:
    left, right = span
    y = _AXIS + _FIRST_LANE
    words = [thing.when, *_wrapped(thing.title, _LABEL, 7.4, 3)]
    is_late = x + _LABEL > width
    at = x + 9 if is_late else x - 9
    lines = tuple(Line(text, at, y + 28 + _LINE * number) for number, text in enumerate(words))
    edges = (min(left, at - (_LABEL if is_late else 4)), max(right, at + (4 if is_late else _LABEL)))
    hit = Box(edges[0], y - 16, edges[1] - edges[0], 36 + _LINE * len(words))
    bar = Box(left, y - 3, max(right - left, 2), 6)
    return Mark(thing, x, y, lines, hit, "end" if is_late else "start", bar)


def _lowered(mark: Mark, by: int) -> Mark:
    hit, bar = mark.hit, mark.bar
    return Mark(
        mark.thing,
        mark.x,
        mark.y + by,
        tuple(Line(line.text, line.x, line.y + by) for line in mark.lines),
        Box(hit.x, hit.y + by, hit.width, hit.height),
        mark.anchor,
        bar and Box(bar.x, bar.y + by, bar.width, bar.height),
    )


def _wrapped(text: str, room: int, sign: float, most: int) -> list[str]:
    """By a guess of how wide a sign is; the whole of it is in the name and in the list."""
    return wrap(text, max(int(room / sign), 6), max_lines=most, placeholder="…") or [text]
