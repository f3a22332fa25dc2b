"""What differs between two texts: line by line, and word by word within lines that are alike."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise, zip_longest
from typing import NamedTuple

from lore.aligning import Change, changes, pairs
from lore.prose import Prose

LABELS = {"title": "Title", "hatnote": "Hatnote", "lead": "Lead", "facts": "Facts", "body": "Text"}
CONTEXT = 3
"""Unchanged lines shown on either side of a change."""

_LONG_LINE = 5_000
"""As much of a line decides what it is like."""

# Not \w: marks that combine with a letter stay with it, and so do the parts of an emoji.
_TOKEN = re.compile(r"\s+|[\u3040-\u30ff\u3400-\u9fff]|[^\s!-/:-@\[-`{-~«»“”‘„…\u3040-\u30ff\u3400-\u9fff]+|.")

type Pieces = tuple[tuple[str, bool], ...]
"""A line in pieces: text, and whether it is what changed in the line."""


class Row(NamedTuple):
    """`kind`: same, added, removed, changed (two versions of a line), replaced (two lines that are not alike, beside
    each other only because they changed places) or folded (`hidden` unchanged lines)."""

    kind: str
    old_number: int | None = None
    new_number: int | None = None
    old: Pieces = ()
    new: Pieces = ()
    hidden: int = 0


class Line(NamedTuple):
    """A row's line when all stand below each other. `kind`: same, added, removed or folded."""

    kind: str
    old_number: int | None
    new_number: int | None
    pieces: Pieces
    hidden: int


@dataclass(frozen=True)
class FieldDiff:
    """`rows` stand side by side, `lines` below each other."""

    name: str
    rows: tuple[Row, ...]

    @property
    def label(self) -> str:
        return LABELS[self.name]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return tuple(_inline(self.rows))

    @cached_property
    def added(self) -> int:
        return sum(line.kind == "added" for line in self.lines)

    @cached_property
    def removed(self) -> int:
        return sum(line.kind == "removed" for line in self.lines)


def compare(old: Prose, new: Prose) -> list[FieldDiff]:
    """The fields that differ, as they follow each other on the page."""
    return [
        FieldDiff(name, tuple(folded(rows_of(old.fields[name], new.fields[name]))))
        for name in LABELS
        if old.fields[name] != new.fields[name]
    ]


def rows_of(old: str, new: str) -> list[Row]:
    """Every line of both texts, each once, in order."""
    before, after = _lines(old), _lines(new)
    rows: list[Row] = []
    i = j = 0
    for change in _over_blank_lines(changes(before, after), before):
        rows += (_same(before[i + n], i + n, j + n) for n in range(change.old_start - i))
        rows += _changed(before, after, change)
        i, j = change.old_end, change.new_end
    rows += (_same(before[i + n], i + n, j + n) for n in range(len(before) - i))
    return rows


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _same(line: str, i: int, j: int) -> Row:
    pieces = ((line, False),)
    return Row("same", i + 1, j + 1, pieces, pieces)


def _over_blank_lines(found: list[Change], lines: list[str]) -> Iterator[Change]:
    """Changes with only blank lines between are one: a blank line is like any other, and shows no place."""
    waiting: Change | None = None
    for change in found:
        if waiting and not any(map(str.strip, lines[waiting.old_end : change.old_start])):
            waiting = Change(waiting.old_start, change.old_end, waiting.new_start, change.new_end)
        else:
            if waiting:
                yield waiting
            waiting = change
    if waiting:
        yield waiting


# Lines that are versions of one another


def _changed(before: list[str], after: list[str], change: Change) -> Iterator[Row]:
    old, new = before[change.old_start : change.old_end], after[change.new_start : change.new_end]
    meetings = [*pairs([line[:_LONG_LINE] for line in old], [line[:_LONG_LINE] for line in new])]
    ends = [(-1, -1), *meetings, (len(old), len(new))]
    for (past_i, past_j), (i, j) in pairwise(ends):
        for n, m in zip_longest(range(past_i + 1, i), range(past_j + 1, j)):
            yield _unlike(n, m, old, new, change)
        if (i, j) != ends[-1]:
            yield _alike(old[i], new[j], change.old_start + i, change.new_start + j)


def _unlike(i: int | None, j: int | None, old: list[str], new: list[str], at: Change) -> Row:
    kind = "added" if i is None else "removed" if j is None else "replaced"
    return Row(
        kind,
        None if i is None else at.old_start + i + 1,
        None if j is None else at.new_start + j + 1,
        () if i is None else ((old[i], False),),
        () if j is None else ((new[j], False),),
    )


def _alike(old: str, new: str, i: int, j: int) -> Row:
    return _same(old, i, j) if old == new else Row("changed", i + 1, j + 1, *words(old, new))


def words(old: str, new: str) -> tuple[Pieces, Pieces]:
    """Both lines, with the words marked that differ."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    found = list(_over_blank_lines(changes(before, after), before))
    return (
        _pieces(before, [(change.old_start, change.old_end) for change in found]),
        _pieces(after, [(change.new_start, change.new_end) for change in found]),
    )


def _pieces(tokens: list[str], marked: Iterable[tuple[int, int]]) -> Pieces:
    pieces, done = [], 0
    for start, end in marked:
        pieces += [("".join(tokens[done:start]), False), ("".join(tokens[start:end]), True)]
        done = end
    pieces.append(("".join(tokens[done:]), False))
    return tuple(piece for piece in pieces if piece[0])


# What is shown


def folded(rows: Iterable[Row]) -> Iterator[Row]:
    """Long runs of unchanged lines give way to their number."""
    runs = [list(run) for _, run in groupby(rows, lambda row: row.kind == "same")]
    for number, run in enumerate(runs):
        head = 0 if number == 0 else CONTEXT
        tail = len(run) - (0 if number == len(runs) - 1 else CONTEXT)
        if run[0].kind != "same" or tail - head < 2:
            yield from run
        else:
            yield from run[:head]
            yield Row("folded", hidden=tail - head)
            yield from run[tail:]


def _inline(rows: Iterable[Row]) -> Iterator[Line]:
    """Versions of one line below each other; lines that are not alike, first all old ones, then all new."""
    for is_block, run in groupby(rows, lambda row: row.kind in {"removed", "added", "replaced"}):
        rows_here = list(run)
        if is_block:
            yield from (_old_line(row) for row in rows_here if row.old_number)
            yield from (_new_line(row) for row in rows_here if row.new_number)
        else:
            yield from (line for row in rows_here for line in _below_each_other(row))


def _below_each_other(row: Row) -> Iterator[Line]:
    if row.kind == "changed":
        yield _old_line(row)
        yield _new_line(row)
    else:
        yield Line(row.kind, row.old_number, row.new_number, row.new, row.hidden)


def _old_line(row: Row) -> Line:
    return Line("removed", row.old_number, None, row.old, 0)


def _new_line(row: Row) -> Line:
    return Line("added", None, row.new_number, row.new, 0)
