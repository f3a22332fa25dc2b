"""A passage of a text around the words that were searched for, cut into highlighted and plain parts."""

import re
import unicodedata
from collections.abc import Iterable

_MAX_HITS = 200
type Span = tuple[int, int]


def excerpt(text: str, terms: Iterable[str], width: int) -> list[tuple[str, bool]]:
    """Parts of one passage of about `width` characters where most terms meet; True marks a hit.

    A term matches the beginnings of words, whatever their case and accents.
    """
    # A heading and what stands under it are two things, also on one line.
    text = " · ".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
    hits = _hits(text, terms)
    start, end = _window(text, hits, width)
    inside = [(first, last) for first, last, _ in hits if start <= first and last <= end]
    return [part for part in _parts(text, start, end, inside) if part[0]]


def fold(text: str) -> str:
    """Without case and accents, as long as the text itself, so that positions hold in both."""
    return "".join(_plain(character) for character in text)


def _plain(character: str) -> str:
    if character.isascii():
        return character.lower()
    return unicodedata.normalize("NFKD", character)[0].casefold()[:1] or character


def _hits(text: str, terms: Iterable[str]) -> list[tuple[int, int, str]]:
    wanted = sorted({fold(term) for term in terms if term.strip()}, key=lambda term: (-len(term), term))
    if not wanted:
        return []
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(term) for term in wanted) + ")")
    found = []
    for match in pattern.finditer(fold(text)):
        found.append((match.start(), match.end(), match[0]))
        if len(found) == _MAX_HITS:
            break
    return found


def _window(text: str, hits: list[tuple[int, int, str]], width: int) -> Span:
    if len(text) <= width:
        return 0, len(text)
    first = max(hits, key=lambda hit: _variety(hits, hit[0], width), default=(0, 0, ""))[0]
    start = min(max(0, first - width // 4), len(text) - width)
    return _at_words(text, start, start + width, first)


def _variety(hits: list[tuple[int, int, str]], start: int, width: int) -> int:
    """How many different terms stand within three quarters of a passage from `start` on."""
    return len({term for first, last, term in hits if start <= first and last <= start + width * 3 // 4})


def _at_words(text: str, start: int, end: int, hit: int) -> Span:
    """Moved inwards to word borders, unless that would lose the hit."""
    if start and (border := text.find(" ", start, hit)) > 0:
        start = border + 1
    if end < len(text) and (border := text.rfind(" ", hit + 1, end + 1)) > start:
        end = border
    return start, end


def _parts(text: str, start: int, end: int, hits: list[Span]) -> list[tuple[str, bool]]:
    parts = [("…" if start else "", False)]
    position = start
    for first, last in hits:
        parts += [(text[position:first], False), (text[first:last], True)]
        position = last
    return [*parts, (text[position:end], False), ("…" if end < len(text) else "", False)]
