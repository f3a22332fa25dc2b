"""The works and events in release order or in story order, as this viewer gets them: a list, and a picture of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Self
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from lore import markup, tracks
from lore.models import Claim, Event, EventKind, Page, Precision, Track, Work
from lore.reading import shown
from lore.spoilers import Fold, Shield, Viewer, folded
from lore.templatetags.lore import to_precision

ORDERS = {"story": "Story order", "release": "Release order"}
TRACKS = {"both": "Both", "story": "In the story", "real": "In the real world"}
ZOOMS = {"1": "1×", "2": "2×", "3": "3×"}
_CHOICES = {"order": ORDERS, "track": TRACKS, "zoom": ZOOMS}


@dataclass(frozen=True)
class Choice:
    """What was asked for; the first of each where that is unknown."""

    order: str = "story"
    track: str = "both"
    zoom: str = "1"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        asked = {name: query.get(name, "") for name in _CHOICES}
        return cls(**{name: word for name, word in asked.items() if word in _CHOICES[name]})

    @property
    def has_story(self) -> bool:
        return self.track != "real"

    @property
    def has_real(self) -> bool:
        return self.track != "story"

    def ways(self, name: str) -> list[tuple[str, str, bool]]:
        """The links that change one of the three, and keep the others."""
        kept = {other: getattr(self, other) for other in _CHOICES if other != name}
        kept = {other: word for other, word in kept.items() if word != next(iter(_CHOICES[other]))}
        return [
            (f"?{urlencode({name: key} | kept)}#ways", word, key == getattr(self, name))
            for key, word in _CHOICES[name].items()
        ]

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        return self.ways("order")

    @property
    def tracks(self) -> list[tuple[str, str, bool]]:
        return self.ways("track")

    @property
    def zooms(self) -> list[tuple[str, str, bool]]:
        return self.ways("zoom")


@dataclass(frozen=True)
class EventLine:
    """`claim` is what it rests on, where that may be named."""

    anchor: str
    title: str
    kind: str
    when: str
    html: SafeString | str = ""
    claim: Claim | None = None
    day: date | None = None
    precision: str = Precision.DAY
    is_shield: ClassVar[bool] = False
    is_fold: ClassVar[bool] = False

    @property
    def kind_word(self) -> str:
        return EventKind(self.kind).label

    @property
    def shape(self) -> str:
        return tracks.SHAPES[self.kind]


type Entry = EventLine | Shield | Fold


@dataclass(frozen=True)
class Stop:
    """One work on the line. `href` is empty where its page may not be named."""

    work: Work
    href: str
    is_here: bool
    note: str
    events: list[Entry] = field(default_factory=list)
    after: list[Entry] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"work-{self.work.slug}"


@dataclass(frozen=True)
class Picture:
    row: tracks.Row | None
    axis: tracks.Axis | None
    arc: tracks.Arc | None
    kinds: list[tuple[str, str]]

    @property
    def width(self) -> int:
        return max(track.width for track in (self.row, self.axis) if track)

    @property
    def height(self) -> int:
        return self.axis_top + self.axis.height if self.axis else self.row.height

    @property
    def axis_top(self) -> int:
        return self.row.height + _BETWEEN if self.row else 0

    @property
    def pixels(self) -> int:
        return self.width * 6 // 5

    @property
    def pixels_high(self) -> int:
        return self.height * 6 // 5

    @property
    def fits(self) -> bool:
        """Asked for as wide as the page, and no wider than that by what it holds."""
        return self.width == tracks.WIDTH


@dataclass(frozen=True)
class Timeline:
    choice: Choice
    stops: list[Stop]
    unplaced: list[Stop]
    unplaced_events: list[Entry]
    dated: list[EventLine]
    undated: list[EventLine]
    hidden: list[Entry]
    picture: Picture | None


_BETWEEN = 36


def timeline(viewer: Viewer, choice: Choice) -> Timeline:
    works = list(Work.objects.select_related("page"))
    events = list(Event.objects.select_related("work", "page", "claim__page", "story_after"))
    choice = _wide_enough(viewer, choice, events)
    told = [event for event in events if event.track == Track.STORY] if choice.has_story else []
    placed, unplaced = _placed(works, choice.order) if choice.has_story else ([], [])
    stops = [_stop(viewer, work, told, choice.order) for work in placed]
    real = [event for event in events if event.track == Track.REAL] if choice.has_real else []
    seen = [_line(viewer, event) for event in real if viewer.sees(event)]
    seen += _releases(works) if choice.has_real else []
    dated = sorted((line for line in seen if line.day), key=lambda line: line.day)
    return Timeline(
        choice,
        stops,
        [_stop(viewer, work, told, choice.order) for work in unplaced],
        _lines(viewer, (event for event in told if not event.work and not event.story_after)),
        dated,
        [line for line in seen if not line.day],
        # Among dates, a shield's place would tell its own.
        list(folded(viewer.shield(event) for event in real if not viewer.sees(event))),
        _picture(choice, stops, dated),
    )


def strip(viewer: Viewer) -> list[Stop]:
    """The works in story order, for the front page: no events."""
    placed, _ = _placed(list(Work.objects.select_related("page")), "story")
    return [_stop(viewer, work, [], "story") for work in placed]


def _wide_enough(viewer: Viewer, choice: Choice, events: Iterable[Event]) -> Choice:
    """A reveal shows its event, whichever track was asked for."""
    if viewer.reveal and any(viewer.reveals("event", event.pk) and event.track != choice.track for event in events):
        return Choice(choice.order, "both", choice.zoom)
    return choice


def _placed(works: list[Work], order: str) -> tuple[list[Work], list[Work]]:
    if order == "release":
        return works, []
    placed = [work for work in works if work.story_order is not None]
    return sorted(placed, key=lambda work: (work.story_order, work.pk)), [w for w in works if w.story_order is None]


def _stop(viewer: Viewer, work: Work, events: list[Event], order: str) -> Stop:
    return Stop(
        work,
        work.page.get_absolute_url() if work.page and _may_name(viewer, work.page) else "",
        work.slug == "ballerina",
        _note(work, order),
        _lines(viewer, (event for event in events if event.work_id == work.pk)),
        _lines(viewer, (event for event in events if not event.work_id and event.story_after_id == work.pk)),
    )


def _may_name(viewer: Viewer, page: Page) -> bool:
    return page.is_published and viewer.sees(page)


def _note(work: Work, order: str) -> str:
    if order == "release" and work.release_words:
        return work.release_words
    return "Series" if work.kind == "series" else ""


def _lines(viewer: Viewer, events: Iterable[Event]) -> list[Entry]:
    return list(folded(_line(viewer, event) if viewer.sees(event) else viewer.shield(event) for event in events))


def _line(viewer: Viewer, event: Event) -> EventLine:
    when = event.when_words
    if event.happened_on and not when:
        when = to_precision(event.happened_on, event.precision)
    claim = event.claim
    return EventLine(
        event.shield_anchor,
        event.title,
        event.kind,
        when,
        shown(viewer, markup.from_json(event.compiled)) if event.compiled else "",
        claim if claim and viewer.sees(claim) and _may_name(viewer, claim.page) else None,
        event.happened_on,
        event.precision,
    )


def _releases(works: Iterable[Work]) -> list[EventLine]:
    """The days on which works came out, where they are known."""
    return [
        EventLine(f"release-{work.slug}", work.title, EventKind.RELEASED, to_precision(day, "day"), day=day)
        for work in works
        if (day := work.released_on)
    ]


# The picture


def _picture(choice: Choice, stops: Sequence[Stop], dated: Sequence[EventLine]) -> Picture | None:
    width = tracks.WIDTH * int(choice.zoom)
    places = [_place(stop) for stop in stops]
    row = tracks.row(places, width) if places else None
    axis = tracks.axis([_happening(line) for line in dated], max(width, row.width if row else 0)) if dated else None
    if not row and not axis:
        return None
    drawn = {mark.thing.kind for track in (row, axis) if track for mark in track.marks}
    arc = tracks.arc(row, [stop.work.release_order for stop in stops]) if row and choice.order == "story" else None
    return Picture(row, axis, arc, [(kind.label, tracks.SHAPES[kind]) for kind in EventKind if kind in drawn])


def _place(stop: Stop) -> tracks.Place:
    during, after = ([_happening(line) for line in lines if not line.is_shield] for lines in (stop.events, stop.after))
    href = stop.href or f"#{stop.anchor}"
    return tracks.Place(stop.work.short_title, stop.note, href, stop.is_here, f"#{stop.anchor}", during, after)


def _happening(line: EventLine) -> tracks.Happening:
    name = ", ".join(filter(None, [line.kind_word, line.when]))
    return tracks.Happening(
        f"{line.title} ({name})", line.title, line.when, line.kind, f"#{line.anchor}", line.day, line.precision
    )
