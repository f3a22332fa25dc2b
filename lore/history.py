"""What happened to a page, and how it read before."""

from dataclasses import dataclass
from functools import reduce
from heapq import merge as merged_by
from itertools import zip_longest
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.functions import Length
from django.utils.safestring import SafeString

from lore import markup
from lore.models import Change, Page, Revision
from lore.prose import Prose, compile_prose, scope_of
from lore.reading import Part
from lore.recent import TEXTS, about
from lore.spoilers import Fold, Shield, Viewer, folded

A_PAGE = 50
MOST_OTHERS = 200
"""Changes beside revisions that one page of a history shows."""


@dataclass(frozen=True)
class History:
    """`revisions` have their `growth` in characters. `others` are the page's other changes.
    `scope` is all that the revisions and the words about them give away. `older` is where the next page begins.
    `is_cut`: so many others fall between these revisions that only the newest are here."""

    revisions: list[Revision]
    others: list[Change]
    older: int | None
    is_cut: bool = False

    @property
    def scope(self) -> int:
        return reduce(or_, map(scope_told, self.revisions), 0)

    def entries(self, viewer: Viewer, page: Page) -> list[Revision | Change | Shield | Fold]:
        """The caller has asked the viewer about `scope` first; the other changes have scopes of their own."""
        others = [
            change if viewer.sees(change, within=page) else _Covered(viewer.shield(change), change.happened_at)
            for change in self.others
        ]
        both = merged_by(self.revisions, others, key=_when, reverse=True)
        return list(folded(entry.shield if isinstance(entry, _Covered) else entry for entry in both))


@dataclass(frozen=True)
class _Covered:
    shield: Shield
    happened_at: Any


def _when(entry: Revision | Change | _Covered) -> Any:
    return entry.created_at if isinstance(entry, Revision) else entry.happened_at


def scope_told(revision: Revision) -> int:
    """What the text gives away, and its comment, which may speak of what was taken out."""
    return revision.scope | (revision.change.scope if hasattr(revision, "change") else 0)


def scope_since(page: Page, number: int) -> int:
    """What this revision gives away and all that came after it. A text from before somebody covered a part says it
    openly, and does so still when the covered part was taken out again."""
    rows = page.revisions.filter(number__gte=number).order_by()
    return reduce(or_, rows.values_list("scope", flat=True).distinct(), 0)


def history_of(page: Page, before: int | None = None) -> History:
    """The newest revisions, or those before this number, with what else happened meanwhile."""
    size = sum((Length(name) for name in ("title", "lead", "hatnote", "facts", "body")), start=0)
    rows = page.revisions.select_related("editor", "credited_to", "change").defer(*TEXTS).annotate(size=size)
    found = list((rows.filter(number__lt=before) if before else rows)[: A_PAGE + 1])
    for revision, earlier in zip_longest(found, found[1:]):
        revision.growth = revision.size - earlier.size if earlier else revision.size
    shown = found[:A_PAGE]
    older = shown[-1].number if len(found) > A_PAGE else None
    others = _others(page, shown, before, older)
    return History(shown, others[:MOST_OTHERS], older, is_cut=len(others) > MOST_OTHERS)


def _others(page: Page, shown: list[Revision], before: int | None, older: int | None) -> list[Change]:
    """Between the revisions shown: from their last on, up to the one before which they were asked for."""
    rows = about(page.changes.filter(revision=None))
    if before and (next_newer := page.revisions.filter(number=before).values_list("created_at", flat=True).first()):
        rows = rows.filter(happened_at__lt=next_newer)
    if older:
        rows = rows.filter(happened_at__gte=shown[-1].created_at)
    return list(rows.order_by("-happened_at", "-id")[: MOST_OTHERS + 1])


# One revision


@dataclass(frozen=True)
class OldText:
    """A revision as its page once stood. `fault` says why it can no longer be shown so, but only as it was written."""

    scope: int
    hatnote: SafeString | None = None
    lead: SafeString | None = None
    facts: tuple[tuple[str, SafeString], ...] = ()
    parts: tuple[Part, ...] = ()
    fault: str = ""


def old_text(viewer: Viewer, revision: Revision, *, is_current: bool) -> OldText:
    """All of it: the caller asks first, about `scope`. Compiled anew, since the links of an old text may have come to
    name what is shielded today."""
    try:
        compiled = revision.compiled if is_current else compile_prose(Prose.of(revision))
    except ValidationError as problem:
        return OldText(scope_told(revision), fault=" ".join(problem.messages))
    lead, hatnote = compiled["lead"], compiled["hatnote"]
    return OldText(
        scope_told(revision) | scope_of(compiled),
        hatnote and _open(viewer, hatnote),
        _open(viewer, lead),
        tuple((label, _open(viewer, value)) for label, value in compiled["facts"]),
        tuple(Part(_open(viewer, block), ()) for block in compiled["body"]),
    )


def _open(viewer: Viewer, block: dict[str, Any]) -> SafeString:
    return markup.from_json(block).render(lambda scope: True, viewer.names)


@dataclass(frozen=True)
class Pair:
    """Two revisions, the older first; None: before there was anything."""

    old: Revision | None
    new: Revision

    @property
    def scope(self) -> int:
        return scope_told(self.new) | (scope_told(self.old) if self.old else 0)

    @property
    def proses(self) -> tuple[Prose, Prose]:
        return Prose.of(self.old) if self.old else Prose("", ""), Prose.of(self.new)


def pair_of(page: Page, first: int | None, second: int | None) -> Pair:
    """The revisions with these numbers, in whichever order, or the nearest there are: without a second the current
    one, without a first the one before the second."""
    last = page.current.number
    newer = last if second is None else second
    older = newer - 1 if first is None else first
    older, newer = sorted(min(max(number, 0), last) for number in (older, newer))
    newer = newer or 1
    rows = page.revisions.filter(number__in=[older, newer]).select_related("editor", "credited_to", "change")
    found = {row.number: row for row in rows.defer("compiled")}
    return Pair(found.get(older), found[newer])
