"""A proposed text on a page that may have moved on since it was written."""

from dataclasses import dataclass

from lore.diff import FieldDiff, compare
from lore.merging import Merged, merge
from lore.models import Page, Revision, Suggestion
from lore.prose import Prose


@dataclass(frozen=True)
class Standing:
    """How a suggestion stands: what the fan changed; and, where the page moved on, what it would change there now."""

    diff: list[FieldDiff]
    is_moved_on: bool
    merged: Merged
    diff_now: list[FieldDiff]


def standing(suggestion: Suggestion) -> Standing:
    """Of one that is decided only what it was."""
    page, proposed = suggestion.page, Prose.of(suggestion)
    base = suggestion.based_on or page.current
    diff = compare(Prose.of(base), proposed)
    if not suggestion.is_open or base.pk == page.current_id:
        return Standing(diff, False, Merged(proposed, True, ()), [])
    merged = onto_current(proposed, base, page)
    return Standing(diff, True, merged, compare(Prose.of(page.current), merged.prose))


def onto_current(text: Prose, base: Revision | None, page: Page) -> Merged:
    """The text, written on `base`, as it reads on the page as it stands."""
    if base is None or base.pk == page.current_id:
        return Merged(text, True, ())
    return merge(Prose.of(base), text, Prose.of(page.current))


def with_suggestion(text: Merged, other: Suggestion, page: Page) -> Merged:
    """Brings in what the fan sent meanwhile from elsewhere. `text` stands on the current revision."""
    theirs = onto_current(Prose.of(other), other.based_on, page)
    both = merge(Prose.of(page.current), text.prose, theirs.prose)
    return Merged(both.prose, both.is_clean and text.is_clean, (*text.conflicts, *both.conflicts))
