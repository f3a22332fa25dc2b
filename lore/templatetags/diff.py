"""Rows of a comparison. In Python, since there may be thousands: a template took four times as long over them. Every
pattern is made of constants alone; what is written goes in through `format_html`, which escapes it."""

from collections.abc import Iterator

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lore.diff import FieldDiff, Line, Pieces, Row

register = template.Library()

_PLAIN = '<td class="diff-no">{}</td><td dir="auto">'
_STARTS = {
    "del": '<td class="diff-no">{}</td><td dir="auto" class="diff-old"><span class="vh" dir="ltr">Removed: </span>',
    "ins": '<td class="diff-no">{}</td><td dir="auto" class="diff-new"><span class="vh" dir="ltr">Added: </span>',
}
_NOTHING = '<td class="diff-no"></td><td class="diff-none"></td>'
_FOLDED = '<tr class="diff-fold"><td colspan="{}">{} unchanged lines</td></tr>'


@register.filter
def beside(field: FieldDiff) -> Iterator[SafeString]:
    return map(_row, field.rows)


@register.filter
def below(field: FieldDiff) -> Iterator[SafeString]:
    return map(_line, field.lines)


def _row(row: Row) -> SafeString:
    if row.kind == "folded":
        return format_html(_FOLDED, 4, row.hidden)
    is_same = row.kind == "same"
    old = _pattern(row.old_number, row.old, "" if is_same else "del")
    new = _pattern(row.new_number, row.new, "" if is_same else "ins")
    start = '<tr class="diff-same">' if is_same else "<tr>"
    return format_html(
        f"{start}{old}{new}</tr>\n", *_values(row.old_number, row.old), *_values(row.new_number, row.new)
    )


def _line(line: Line) -> SafeString:
    if line.kind == "folded":
        return format_html(_FOLDED, 2, line.hidden)
    number = line.old_number if line.kind == "removed" else line.new_number
    pattern = _pattern(number, line.pieces, {"removed": "del", "added": "ins"}.get(line.kind, ""))
    return format_html(f"<tr>{pattern}</tr>\n", *_values(number, line.pieces))


def _pattern(number: int | None, pieces: Pieces, tag: str) -> str:
    """The two cells of a line, with a hole for its number and one for each piece."""
    if number is None:
        return _NOTHING
    holes = [f"<{tag}>{{}}</{tag}>" if is_marked else "{}" for _, is_marked in pieces]
    return f"{_STARTS[tag] if tag else _PLAIN}{''.join(holes)}</td>"


def _values(number: int | None, pieces: Pieces) -> list[int | str]:
    return [] if number is None else [number, *(text for text, _ in pieces)]
