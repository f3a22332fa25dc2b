"""Markdown as a newcomer may have it: what the gate would shield is cut out of the text itself.

What the site shows is what was compiled when the text was saved. The text that is left is compiled too, and goes out
only if it reads the same.
"""

import re
from collections.abc import Callable
from typing import Any

from lore import markup
from lore.canon import lexicon_for
from lore.markup_rules import CLOSES, OPENS, prepare, tidy
from lore.prose import fact_lines
from lore.spoilers import Viewer

LEFT_OUT = "…"
_COVERED = re.compile(f"{OPENS}[^{OPENS}{CLOSES}]*{CLOSES}")

type Make = Callable[[str, markup.Lexicon], list[markup.Block]]
type Compiled = dict[str, Any]


def cut_body(viewer: Viewer, kind: str, key: int, text: str, compiled: list[Compiled]) -> str:
    """Whole blocks go, where `reading.parts_of` puts shields in their place."""
    lexicon = lexicon_for(text)
    blocks = markup.blocks_from_json(compiled)
    parts = _parts(text, lexicon)
    if len(parts) != len(blocks):
        return ""
    kept = [
        _cut(viewer, part, block, lexicon, markup.compile_page).strip("\n")
        for number, (part, block) in enumerate(zip(parts, blocks, strict=True))
        if viewer.sees_part(kind, f"{key}-{number}", block.scope)
    ]
    return "\n\n".join(part for part in kept if part)


def cut_line(viewer: Viewer, text: str, compiled: Compiled | None) -> str:
    if not text or not compiled:
        return ""
    block = markup.from_json(compiled)
    return _cut(viewer, prepare(text), block, lexicon_for(text), _compile_line) or LEFT_OUT


def cut_facts(viewer: Viewer, facts: str, compiled: list[tuple[str, Compiled]]) -> str:
    lines = zip(fact_lines(facts), compiled, strict=True)
    return "\n".join(f"{label}: {cut_line(viewer, value, block)}" for (label, value), (_, block) in lines)


def _parts(text: str, lexicon: markup.Lexicon) -> list[str]:
    """None of a text that is no longer understood: a work that it names is called otherwise by now."""
    try:
        return markup.parts_as_written(text, lexicon)
    except markup.MarkupError:
        return []


def _compile_line(text: str, lexicon: markup.Lexicon) -> list[markup.Block]:
    return [markup.compile_line(text, lexicon)]


def _cut(viewer: Viewer, marked: str, block: markup.Block, lexicon: markup.Lexicon, make: Make) -> str:
    """Nothing, if what is left would not read as the site shows it."""
    shown = block.plain(viewer.inside)

    def kept_or_cut(covered: re.Match[str]) -> str:
        written = tidy(covered[0])
        # Signs that are read as they stand, in a code span, cover nothing.
        return written if written in shown or _is_open(viewer, written, lexicon) else LEFT_OUT

    left = tidy(_COVERED.sub(kept_or_cut, marked))
    return left if _as_read(viewer, left, lexicon, make) == shown else ""


def _is_open(viewer: Viewer, spoiler: str, lexicon: markup.Lexicon) -> bool:
    try:
        return all(viewer.inside(covered.scope) for covered in markup.compile_line(spoiler, lexicon).spoilers)
    except markup.MarkupError:
        return False


def _as_read(viewer: Viewer, text: str, lexicon: markup.Lexicon, make: Make) -> str | None:
    try:
        return "\n".join(block.plain(viewer.inside) for block in make(text, lexicon))
    except markup.MarkupError:
        return None
