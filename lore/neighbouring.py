"""What one page is tied to, as it stands on the page itself."""

from dataclasses import dataclass

from django.urls import reverse

from lore.models import Page, PageKind, Tie, TieKind
from lore.spoilers import Viewer, listed
from lore.ties import Line, line_of
from lore.webbing import Point, spoke_end, spoke_label

AROUND = 8


@dataclass(frozen=True)
class Spoke:
    """One neighbour. `words` stand at its end, as (x, y, anchor)."""

    line: Line
    page: Page
    relation: str
    end: Point
    words: tuple[int, int, str]


@dataclass(frozen=True)
class Neighbourhood:
    """`more`: ties beyond those that are shown."""

    page: Page
    spokes: list[Spoke]
    more: int

    @property
    def names(self) -> str:
        return listed(list(dict.fromkeys(spoke.page.title for spoke in self.spokes)))

    @property
    def map_href(self) -> str:
        return f"{reverse('lore:ties')}?page={self.page.slug}"


def neighbourhood(viewer: Viewer, page: Page) -> Neighbourhood | None:
    """For a viewer who has been let into the page; None where nothing is tied to it. One query."""
    lines = [line_of(viewer, tie) for tie in ties_of(page) if _is_seen(viewer, tie, page)]
    shown = sorted(lines, key=lambda line: not line.is_sure)[:AROUND]
    spokes = [_spoke(line, page, spoke_end(number, len(shown))) for number, line in enumerate(shown)]
    return Neighbourhood(page, spokes, len(lines) - len(shown)) if spokes else None


def ties_of(page: Page) -> list[Tie]:
    """All of them, whoever looks; those that lead from it first, in the order of their kinds."""
    both = Tie.objects.filter(source=page) | Tie.objects.filter(target=page)
    ties = both.select_related("source", "target", "claim__page")
    return sorted(ties, key=lambda tie: (tie.source_id != page.pk, TieKind.values.index(tie.kind)))


def _is_seen(viewer: Viewer, tie: Tie, page: Page) -> bool:
    other = tie.target if tie.source_id == page.pk else tie.source
    is_read = other.is_published and other.current_id and other.kind != PageKind.HOUSE
    return bool(is_read) and viewer.sees(tie, within=page) and viewer.sees(other)


def _spoke(line: Line, page: Page, end: Point) -> Spoke:
    return Spoke(line, line.other_than(page), line.relation_of(page), end, spoke_label(end))
