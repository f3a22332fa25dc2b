"""The map of ties as one viewer gets it: nothing else leaves this module. Nothing here knows how places were found."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from lore.models import Claim, Page, PageKind, Status, Tie, TieKind
from lore.spoilers import Viewer, whole_scope
from lore.webbing import BELOW, ROW, Point, drawn, label, rim_to_rim, size_of, with_circle

_MANY = 8
"""Ties that make a page's name stand out."""
_MUTUAL = {TieKind.ALLY_OF, TieKind.ENEMY_OF}
_SURE = {Status.CONFIRMED, Status.REPORTED}

BACKWARDS: dict[str, str] = {
    TieKind.TRAINED_BY: "trains",
    TieKind.RAISED_BY: "raised",
    TieKind.MEMBER_OF: "counts as its own",
    TieKind.LEADS: "is led by",
    TieKind.SERVES: "is served by",
    TieKind.ALLY_OF: "stands with",
    TieKind.ENEMY_OF: "stands against",
    TieKind.PLAYED_BY: "plays",
    TieKind.DIRECTS: "is directed by",
    TieKind.WRITES: "is written by",
    TieKind.APPEARS_IN: "shows",
    TieKind.PART_OF: "includes",
    TieKind.FOUND_AT: "is where to find",
}
"""How a tie is read from its target."""


@dataclass(frozen=True)
class Line:
    """One tie in words. `claim` is what it rests on, where that may be named. A tie is no surer than its claim."""

    tie: Tie
    claim: Claim | None

    @property
    def is_sure(self) -> bool:
        claim = self.tie.claim
        return claim is None or (claim.status in _SURE and not claim.superseded_by_id)

    @property
    def doubt(self) -> str:
        claim = self.tie.claim
        if claim is None or self.is_sure:
            return ""
        return " (superseded)" if claim.superseded_by_id else f" ({claim.get_status_display().lower()})"

    def relation_of(self, page: Page) -> str:
        return self.tie.get_kind_display() if page == self.tie.source else BACKWARDS[self.tie.kind]

    def other_than(self, page: Page) -> Page:
        return self.tie.target if page == self.tie.source else self.tie.source

    def said_of(self, page: Page) -> str:
        return f"{self.relation_of(page)} {self.other_than(page).title}{self.doubt}"


@dataclass(frozen=True)
class Node:
    """`name`: all that its shape and lines say, in words."""

    page: Page
    place: Point
    name: str
    is_here: bool
    is_hub: bool

    @property
    def label(self) -> list[tuple[str, int]]:
        """(words, y), below the shape."""
        return [(words, BELOW + ROW * number) for number, words in enumerate(label(self.page.title))]

    @property
    def height(self) -> int:
        """Of what answers to a finger: shape and label."""
        return 28 + self.label[-1][1]


@dataclass(frozen=True)
class Edge:
    line: Line
    start: Point
    end: Point

    @property
    def words(self) -> str:
        return f"{self.line.tie}{self.line.doubt}"

    @property
    def is_mutual(self) -> bool:
        return self.line.tie.kind in _MUTUAL


@dataclass(frozen=True)
class Filters:
    """As they were asked for; what nothing answers to is empty."""

    kind: str = ""
    relation: str = ""
    page: str = ""

    def keep(self, line: Line) -> bool:
        tie = line.tie
        return (
            self.kind in {"", tie.source.kind, tie.target.kind}
            and self.relation in {"", tie.kind}
            and self.page in {"", tie.source.slug, tie.target.slug}
        )


@dataclass(frozen=True)
class TieMap:
    """`all_lines`: before the filters. `here`: the one page that was asked for."""

    all_lines: list[Line]
    lines: list[Line]
    filters: Filters
    here: Page | None

    @cached_property
    def pages(self) -> list[Page]:
        return _pages(self.lines)

    @cached_property
    def kinds(self) -> list[PageKind]:
        return _kinds(_pages(self.all_lines))

    @cached_property
    def shown_kinds(self) -> list[PageKind]:
        return _kinds(self.pages)

    @cached_property
    def relations(self) -> list[TieKind]:
        found = {line.tie.kind for line in self.all_lines}
        return [kind for kind in TieKind if kind in found]

    @cached_property
    def places(self) -> dict[int, Point]:
        known = {page.pk: (page.spot.x, page.spot.y) for page in self.pages if hasattr(page, "spot")}
        return drawn(with_circle(known, [page.pk for page in self.pages if page.pk not in known]))

    @property
    def centre(self) -> Point:
        """Where one looks first when the drawing is wider than its frame: the page asked for, else the busiest."""
        first = max(self.nodes, key=lambda node: (node.is_here, node.is_hub))
        return first.place

    @cached_property
    def size(self) -> Point:
        return size_of(self.places)

    @cached_property
    def nodes(self) -> list[Node]:
        said: dict[int, list[str]] = {page.pk: [] for page in self.pages}
        for line in self.lines:
            for page in (line.tie.source, line.tie.target):
                said[page.pk].append(line.said_of(page))
        return [self._node(page, said[page.pk]) for page in self.pages]

    def _node(self, page: Page, said: list[str]) -> Node:
        name = f"{page.title}: {', '.join(said)}"
        return Node(page, self.places[page.pk], name, page == self.here, len(said) >= _MANY)

    @cached_property
    def edges(self) -> list[Edge]:
        return [
            Edge(line, *rim_to_rim(self.places[line.tie.source_id], self.places[line.tie.target_id]))
            for line in self.lines
        ]

    @cached_property
    def has_doubts(self) -> bool:
        return not all(line.is_sure for line in self.lines)


def tie_map(viewer: Viewer, asked: Filters) -> TieMap:
    everything = _lines(viewer)
    pages = {page.slug: page for page in _pages(everything)}
    filters = Filters(
        asked.kind if asked.kind in {page.kind for page in pages.values()} else "",
        asked.relation if asked.relation in {line.tie.kind for line in everything} else "",
        asked.page if asked.page in pages else "",
    )
    kept = [line for line in everything if filters.keep(line)]
    return TieMap(everything, kept, filters, pages.get(filters.page))


def _lines(viewer: Viewer) -> list[Line]:
    """In one query."""
    pages = Page.objects.lore().visible_to(viewer).values("pk")
    ties = Tie.objects.visible_to(viewer).filter(source__in=pages, target__in=pages)
    return [line_of(viewer, tie) for tie in ties.select_related("source__spot", "target__spot", "claim__page")]


def line_of(viewer: Viewer, tie: Tie) -> Line:
    """For a viewer who sees the tie."""
    claim = tie.claim
    is_named = claim and claim.page.is_published and claim.page.current_id and viewer.inside(whole_scope(claim))
    return Line(tie, claim if is_named else None)


def _pages(found: Iterable[Line]) -> list[Page]:
    pages = {page.pk: page for line in found for page in (line.tie.source, line.tie.target)}
    return sorted(pages.values(), key=lambda page: (page.title.casefold(), page.pk))


def _kinds(pages: Iterable[Page]) -> list[PageKind]:
    found = {page.kind for page in pages}
    return [kind for kind in PageKind if kind in found]
