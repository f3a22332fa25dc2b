"""Which parts of two sequences are the same, and which lines are versions of one another."""

from collections.abc import Hashable, Iterator, Sequence
from math import isqrt
from typing import NamedTuple

from rapidfuzz.distance import Indel, LCSseq, Postfix, Prefix

_CELLS = 60_000_000
"""The largest table that two sequences are compared in at once. A cell is a bit: this is 7.5 MB."""
_ALIKE = 0.6
"""From here on (0 to 1) two lines are versions of one another."""
_SURELY_ALIKE = 0.75
_REACH = 6
"""How many lines further its other version is looked for."""
_DISTANCE = 0.03
"""What each line between takes off the likeness of two."""


class Change(NamedTuple):
    """`old[old_start:old_end]` became `new[new_start:new_end]`."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def changes(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Change]:
    """The least that must change, in order; where both are very long, nearly the least."""
    numbers: dict[Hashable, int] = {}
    left, right = ([numbers.setdefault(thing, len(numbers)) for thing in things] for things in (old, new))
    head = int(Prefix.similarity(left, right))
    left, right = left[head:], right[head:]
    tail = int(Postfix.similarity(left, right))
    ends = len(left) - tail, len(right) - tail
    found = []
    i = j = 0
    for run_i, run_j, length in [*_equal_runs(left[: ends[0]], right[: ends[1]]), (*ends, 0)]:
        if (i, j) != (run_i, run_j):
            found.append(Change(head + i, head + run_i, head + j, head + run_j))
        i, j = run_i + length, run_j + length
    return found


def _equal_runs(old: list[int], new: list[int]) -> Iterator[tuple[int, int, int]]:
    """(place in old, place in new, length) of what stays. Of what is too long to be compared at once, the first two
    thirds of a window are settled, and the next window begins there."""
    i = j = 0
    window = isqrt(_CELLS)
    while i < len(old) and j < len(new):
        fits = (len(old) - i) * (len(new) - j) <= _CELLS
        size, stop = (len(old) + len(new),) * 2 if fits else (window, window * 2 // 3)
        for step in LCSseq.opcodes(old[i : i + size], new[j : j + size]):
            old_end, new_end = step.src_end, step.dest_end
            if step.tag == "equal":
                yield i + step.src_start, j + step.dest_start, old_end - step.src_start
            elif old_end > stop or new_end > stop:
                old_end, new_end = min(old_end, stop), min(new_end, stop)
            if old_end >= stop or new_end >= stop:
                break
        i, j = i + old_end, j + new_end


# Lines that are versions of one another


def pairs(old: list[str], new: list[str]) -> Iterator[tuple[int, int]]:
    """Places of lines that are alike, in order. Looks a few lines ahead, not at all lines: those of two long texts
    are too many."""
    i = j = 0
    while i < len(old) and j < len(new):
        if nearest := _nearest(old, new, i, j):
            i, j = nearest
            yield i, j
        more_old = (len(old) - i) - (len(new) - j)
        i += 1 if nearest or more_old >= 0 else 0
        j += 1 if nearest or more_old <= 0 else 0


def _nearest(old: list[str], new: list[str], i: int, j: int) -> tuple[int, int] | None:
    likeness = _likeness(old[i], new[j])
    if likeness >= _SURELY_ALIKE:
        return i, j
    best, place = (likeness, (i, j)) if likeness else (0, None)
    for distance in range(1, _REACH + 1):
        for n, m in ((i, j + distance), (i + distance, j)):
            if n < len(old) and m < len(new):
                likeness = _likeness(old[n], new[m])
                if likeness and likeness - distance * _DISTANCE > best:
                    best, place = likeness - distance * _DISTANCE, (n, m)
    return place


def _likeness(old: str, new: str) -> float:
    """0 when below `_ALIKE`. Two blank lines are, but any words that are say more."""
    if not old and not new:
        return _ALIKE
    return Indel.normalized_similarity(old, new, score_cutoff=_ALIKE)
