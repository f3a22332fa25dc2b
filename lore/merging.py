"""Three-way merge: what two people made of one text, brought together where they did not touch the same place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from lore.aligning import Change, changes
from lore.prose import Prose

WHOLE = ("title", "hatnote", "lead")
BY_LINES = ("facts", "body")

_FENCE = re.compile(r"[\s>*+\-0-9.)]*:::")


@dataclass(frozen=True)
class Merged:
    """`conflicts` names the fields in which both changed the same place. There the prose holds mine: nothing that
    was typed is lost, and what the other wrote stands in the page's history. Where both put in new lines, it holds
    theirs and then mine."""

    prose: Prose
    is_clean: bool
    conflicts: tuple[str, ...]


class Line(NamedTuple):
    """A line with the spoiler block it stands in. Who takes away or moves the block's ends changes every line in it,
    so that a line the other put there can never come out unguarded."""

    text: str
    guard: str


def merge(base: Prose, mine: Prose, theirs: Prose) -> Merged:
    texts = {name: (base.fields[name], mine.fields[name], theirs.fields[name]) for name in base.fields}
    merged = {name: merge_lines(*texts[name]) for name in BY_LINES} | {name: _choose(*texts[name]) for name in WHOLE}
    conflicts = tuple(name for name, (_, is_clean) in merged.items() if not is_clean)
    prose = replace(mine, **{name: text for name, (text, _) in merged.items()})
    return Merged(prose, not conflicts, conflicts)


def _choose(base: str, mine: str, theirs: str) -> tuple[str, bool]:
    """The side that changed."""
    if mine == base:
        return theirs, True
    return mine, theirs in (base, mine)


def merge_lines(base: str, mine: str, theirs: str) -> tuple[str, bool]:
    """The text, and whether it holds what both did."""
    if base in (mine, theirs) or mine == theirs:
        return _choose(base, mine, theirs)
    lines, is_clean = _merged(*(_guarded(text.split("\n")) for text in (base, mine, theirs)))
    if lines != _guarded([line.text for line in lines]):
        return mine, False
    return "\n".join(line.text for line in lines), is_clean


def _guarded(texts: list[str]) -> list[Line]:
    guard = ""
    lines = []
    for text in texts:
        if _FENCE.match(text):
            guard = text.strip().strip(":").strip()
        lines.append(Line(text, guard))
    return lines


class _Place(NamedTuple):
    """A stretch of the base that one side or both changed, with what each made of it."""

    start: int
    end: int
    mine: tuple[Change, ...]
    theirs: tuple[Change, ...]


def _merged(base: list[Line], mine: list[Line], theirs: list[Line]) -> tuple[list[Line], bool]:
    lines: list[Line] = []
    done, is_clean = 0, True
    for place in _places(changes(base, mine), changes(base, theirs)):
        ours = _version(place, place.mine, base, mine)
        others = _version(place, place.theirs, base, theirs)
        is_clean = is_clean and (not place.mine or not place.theirs or ours == others)
        lines += base[done : place.start]
        lines += _both(place, ours, others)
        done = place.end
    return lines + base[done:], is_clean


def _both(place: _Place, ours: list[Line], others: list[Line]) -> list[Line]:
    """Where both only put something in, that stands side by side: whoever sends the merge unread takes nothing away."""
    if place.mine and place.theirs and place.start == place.end and ours != others:
        return others + ours
    return ours if place.mine else others


def _places(mine: list[Change], theirs: list[Change]) -> Iterator[_Place]:
    """Changes that meet go together. Neighbours do not meet: each can be done without the other."""
    tagged = sorted(chain(((change, 0) for change in mine), ((change, 1) for change in theirs)))
    group: list[tuple[Change, int]] = []
    for change, side in tagged:
        if group and not any(_meet(other, change) for other, of in group if of != side):
            yield _place(group)
            group = []
        group.append((change, side))
    if group:
        yield _place(group)


def _meet(first: Change, second: Change) -> bool:
    """They overlap, or both put something in the same place. `first` starts no later."""
    if first.old_start == second.old_start:
        return _puts_in(first) == _puts_in(second)
    return second.old_start < first.old_end


def _puts_in(change: Change) -> bool:
    return change.old_start == change.old_end


def _place(group: list[tuple[Change, int]]) -> _Place:
    mine, theirs = (tuple(change for change, side in group if side == wanted) for wanted in (0, 1))
    start = min(change.old_start for change, _ in group)
    end = max(change.old_end for change, _ in group)
    return _Place(start, end, mine, theirs)


def _version(place: _Place, made: tuple[Change, ...], base: list[Line], side: list[Line]) -> list[Line]:
    """That stretch of the base as one side has it."""
    lines: list[Line] = []
    done = place.start
    for change in made:
        lines += [*base[done : change.old_start], *side[change.new_start : change.new_end]]
        done = change.old_end
    return lines + base[done : place.end]
