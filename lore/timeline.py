"""The works and events in release order or in story order, and where the picture puts them. Geometry in SVG units."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString

from lore import markup
from lore.models import Event, Track, Work
from lore.reading import shown
from lore.spoilers import Fold, Shield, Viewer, folded

ORDERS = ("story", "release")
WIDTH = 1180
_MARGIN = 90


@dataclass(frozen=True)
class EventLine:
    event: Event
    html: SafeString | str
    is_shield: ClassVar[bool] = False
    is_fold: ClassVar[bool] = False


@dataclass(frozen=True)
class Stop:
    """One work on the line. `href` is empty where its page may not be named."""

    work: Work
    href: str
    x: int
    is_here: bool
    note: str
    events: list[EventLine | Shield | Fold]


@dataclass(frozen=True)
class Timeline:
    order: str
    stops: list[Stop]
    unplaced: list[Stop]
    real_events: list[EventLine | Shield | Fold]
    arc: str


def timeline(viewer: Viewer, order: str) -> Timeline:
    works = list(Work.objects.select_related("page"))
    events = list(Event.objects.select_related("work", "page", "claim__page", "story_after"))
    told = [event for event in events if event.track == Track.STORY]
    placed, unplaced = _placed(works, order)
    gap = (WIDTH - 2 * _MARGIN) / max(len(placed) - 1, 1)
    stops = [_stop(viewer, work, round(_MARGIN + gap * place), told, order) for place, work in enumerate(placed)]
    return Timeline(
        order,
        stops,
        [_stop(viewer, work, 0, told, order) for work in unplaced],
        _lines(viewer, (event for event in events if event.track == Track.REAL)),
        _arc(stops) if order == "story" else "",
    )


def strip(viewer: Viewer) -> list[Stop]:
    """The works in story order, for the front page: no events."""
    placed, _ = _placed(list(Work.objects.select_related("page")), "story")
    return [_stop(viewer, work, 0, [], "story") for work in placed]


def _placed(works: list[Work], order: str) -> tuple[list[Work], list[Work]]:
    if order == "release":
        return works, []
    placed = [work for work in works if work.story_order is not None]
    return sorted(placed, key=lambda work: (work.story_order, work.pk)), [w for w in works if w.story_order is None]


def _stop(viewer: Viewer, work: Work, x: int, events: list[Event], order: str) -> Stop:
    here = work.slug == "ballerina"
    own = [event for event in events if event.work_id == work.pk]
    href = work.page.get_absolute_url() if work.page and work.page.is_published and viewer.sees(work.page) else ""
    return Stop(work, href, x, here, _note(work, order), _lines(viewer, own))


def _lines(viewer: Viewer, events: Iterable[Event]) -> list[EventLine | Shield | Fold]:
    return list(folded(_line(viewer, event) if viewer.sees(event) else viewer.shield(event) for event in events))


def _line(viewer: Viewer, event: Event) -> EventLine:
    return EventLine(event, shown(viewer, markup.from_json(event.compiled)) if event.compiled else "")


def _note(work: Work, order: str) -> str:
    if order == "release" and work.release_words:
        return work.release_words
    return "Series" if work.kind == "series" else ""


def _arc(stops: list[Stop]) -> str:
    """The path from the work that came out last back to its place in the story, when that is further left."""
    if len(stops) < 2:
        return ""
    newest = max(stops, key=lambda stop: stop.work.release_order)
    after = [stop for stop in stops if stop.x > newest.x and stop.work.release_order < newest.work.release_order]
    if not after:
        return ""
    left, right = newest.x, after[0].x
    return f"M{right} 128 C{right} 186 {left} 186 {left} 134"
