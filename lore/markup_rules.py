"""The Markdown dialect: which constructs exist, and what the parser makes of them.

Spoiler and wiki-link signs are turned into private-use characters before parsing, so that no rule of plain
Markdown (`>` opens a quote, `|` ends a table cell) can tear them apart and let out what they guard.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, link

from lore.markup_addresses import is_allowed, safe_address, trim_address
from lore.markup_blocks import HOLE_END
from lore.markup_fans import Named, fan_rule

OPENS, CLOSES, BAR = "\ue000", "\ue001", "\ue002"

MAX_NESTING = 20
MAX_COLUMNS = 30
MAX_CELLS = 3_000

_WRITTEN = {OPENS: ">!", CLOSES: "!<", BAR: "|"}
_SIGNS = re.compile(r"\\[\s\S]|>!<|>!|!<|\[\[(?:(?!>!|!<)[^\[\]\n]){1,300}\]\]")
_MARKS = re.compile(f"[{OPENS}-{HOLE_END}]")
_NAME = rf"[^\[\]{OPENS}-{HOLE_END}|\n]{{1,150}}"
_LABEL = rf"[^\[\]{OPENS}-{HOLE_END}\n]{{1,200}}"
_WIKI = re.compile(rf"\[\[({_NAME})(?:[|{BAR}]({_LABEL}))?\]\]")
_SCOPE_HEAD = re.compile(r"\s*([^:\n]{1,120}):(?!//|\d)\s*")
_BETWEEN_NAMES = re.compile(r"[,&]|\band\b", re.IGNORECASE)
_NAME_LIKE = re.compile(r"[\w\s,&.'’*–-]+")
_ENDS_IN_NUMBER = re.compile(r".*-\d+")
_URL_REST = re.compile(rf"://[^\s<>\"`|{OPENS}-{HOLE_END}]+")
_DELIMITER_ROW = re.compile(r"[\s:|-]+")
# Control characters, bidirectional overrides and isolates, lone surrogates, noncharacters.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_ANYTHING_ODD = re.compile(f"{_UNWANTED.pattern[:-1]}{OPENS}-{HOLE_END}]")


class MarkupError(ValidationError, ValueError):
    """What the writer must mend; `sentence` is plain, `line` counts from 1."""

    def __init__(self, sentence: str, line: int) -> None:
        self.sentence = sentence
        self.line = line
        super().__init__(f"Line {line}: {sentence}", code="markup")

    def __str__(self) -> str:
        return f"Line {self.line}: {self.sentence}"


@dataclass(frozen=True)
class Lexicon:
    """`pages`: slugified title, alias or slug → address. `works`: slug or slugified name → bit mask. `fans`: user name
    in small letters."""

    pages: Mapping[str, str]
    works: Mapping[str, int]
    fans: Mapping[str, Named] = field(default_factory=dict)

    def works_in(self, names: str) -> int | None:
        """The mask of one name or several ("chapter-3, ballerina"); None when any of them is unknown."""
        whole = self.works.get(slugify(names))
        if whole is not None:
            return whole
        parts = [part for part in _BETWEEN_NAMES.split(names) if slugify(part)]
        if len(parts) < 2:
            parts = names.split()
        masks = [self.works_in(part) for part in parts] if len(parts) > 1 else [None]
        return None if None in masks else union(mask for mask in masks if mask is not None)


def union(masks: Iterable[int]) -> int:
    result = 0
    for mask in masks:
        result |= mask
    return result


def prepare(text: str) -> str:
    """The text as the parser gets it: one kind of newline, nothing unwanted, signs replaced by marks."""
    text = re.sub(r"\r\n?", "\n", text)
    text = _ANYTHING_ODD.sub("", text)
    return _mark_signs(text) if ">!" in text else _SIGNS.sub(_mark_wiki, text)


def _mark_signs(text: str) -> str:
    inside = False

    def mark(found: re.Match[str]) -> str:
        nonlocal inside
        sign = found[0]
        if sign == ">!<":  # ends a spoiler like ">!<https://a.example>!<", else begins one
            inside = not inside
            return OPENS + "<" if inside else ">" + CLOSES
        if sign in (">!", "!<"):
            inside = sign == ">!"
            return OPENS if inside else CLOSES
        return _mark_wiki(found)

    return _SIGNS.sub(mark, text)


def _mark_wiki(found: re.Match[str]) -> str:
    sign = found[0]
    return sign.replace("\\|", BAR).replace("|", BAR) if sign.startswith("[[") else sign


def tidy(text: str) -> str:
    """Literal text of a token: marks written out again; whatever entities smuggled in taken out."""
    if not _ANYTHING_ODD.search(text):
        return text
    text = _MARKS.sub(lambda found: _WRITTEN.get(found[0], ""), text)
    return _UNWANTED.sub("", text)


def wiki_targets(text: str) -> set[str]:
    found = (slugify(match[1]) for match in _WIKI.finditer(prepare(text)))
    return {slug for slug in found if slug}


# Inline rules: each takes (state, silent) and tells whether it consumed something at state.pos.


def wiki_rule(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("[[", state.pos):
        return False
    found = _WIKI.match(state.src, state.pos, state.posMax)
    slug = slugify(found[1]) if found else ""
    if not found or not slug:
        return False
    if not silent:
        _push_wiki(state, slug, " ".join(found[1].split()), (found[2] or found[1]).strip() or slug)
    state.pos = found.end()
    return True


def _push_wiki(state: StateInline, slug: str, name: str, label: str) -> None:
    if state.linkLevel:
        state.append_pending(label)
        return
    address = state.env["lexicon"].pages.get(slug)
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": address} if address else {"class": "wanted", "href": f"/lore/{slug}/"}
    opening.meta = {"slug": slug, "name": name}
    state.push("text", "", 0).content = label
    state.push("link_close", "a", -1)


def picture_rule(state: StateInline, silent: bool) -> bool:
    """A picture from elsewhere becomes a link to it."""
    if not state.src.startswith("![", state.pos):
        return False
    state.pos += 1
    if state.linkLevel == 0 and link(state, silent):
        return True
    state.pos -= 1
    return False


def bare_url_rule(state: StateInline, silent: bool) -> bool:
    if silent or state.linkLevel or state.src[state.pos] != ":":
        return False
    scheme = re.search(r"(?<![a-zA-Z0-9+.-])https?$", state.pending[-12:], re.IGNORECASE)
    found = _URL_REST.match(state.src, state.pos, state.posMax) if scheme else None
    if not scheme or not found:
        return False
    rest = trim_address(found[0])
    href = safe_address(scheme[0] + rest)
    if not href:
        return False
    state.pending = state.pending[: -len(scheme[0])]
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = scheme[0] + rest
    state.push("link_close", "a", -1)
    state.pos += len(rest)
    return True


def spoiler_rule(state: StateInline, silent: bool) -> bool:
    mark = state.src[state.pos]
    if mark not in (OPENS, CLOSES):
        return False
    end = state.src.find(CLOSES, state.pos, state.posMax)
    if mark == CLOSES:
        raise _inline_error(state, "This !< closes no spoiler. Write >! before the words to cover.")
    if end < 0:
        raise _inline_error(state, "A spoiler opened with >! closes with !< in the same paragraph or cell.")
    if state.src.find(OPENS, state.pos + 1, end) >= 0:
        raise _inline_error(state, "One spoiler cannot stand inside another. Close the first with !<.")
    if not silent:
        _push_spoiler(state, end)
    state.pos = end + 1
    return True


def _push_spoiler(state: StateInline, end: int) -> None:
    scope, start = _read_scope(state, end)
    limit = state.posMax
    state.push("spoiler_open", "span", 1).meta = {"scope": scope}
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    state.posMax = limit
    state.push("spoiler_close", "span", -1)


def _read_scope(state: StateInline, end: int) -> tuple[int, int]:
    """The works named at the head, together, and where the covered words begin.

    "John Wick: Chapter 4: …" names two works to a lexicon without full titles; covering for both is the
    safe reading.
    """
    scope, start = 0, state.pos + 1
    while head := _SCOPE_HEAD.match(state.src, start, end):
        mask = state.env["lexicon"].works_in(head[1])
        if mask is None:
            if not scope and _looks_like_work(head[1]):
                raise _inline_error(state, unknown_work(head[1]))
            break
        scope, start = scope | mask, head.end()
    return scope, start


def _looks_like_work(head: str) -> bool:
    """One word, or a name that ends in a number: more likely a slip than a part of the covered words."""
    slug = slugify(head) if _NAME_LIKE.fullmatch(head) else ""
    return bool(slug) and (" " not in head.strip() or bool(_ENDS_IN_NUMBER.fullmatch(slug)))


def unknown_work(name: str) -> str:
    return f"No work is called “{tidy(name).strip()[:60]}”. Write its short name, like chapter-4."


def _inline_error(state: StateInline, sentence: str) -> MarkupError:
    line = state.env.get("line", 0) + state.src.count("\n", 0, state.pos)
    return MarkupError(sentence, line + 1)


def parse_inlines(state: StateCore) -> None:
    """In place of the parser's own loop, so that an inline rule can tell its line."""
    first = state.env.get("first_line", 0)
    for token in state.tokens:
        if token.type == "inline":
            if token.map:
                state.env["line"] = first + token.map[0]
            token.children = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def bounded_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table row of one sign makes a whole row of cells, so the cells are counted before they are made."""
    if start + 2 > end or "|" not in _line(state, start):
        return False
    delimiters = _line(state, start + 1)
    if "-" not in delimiters or not _DELIMITER_ROW.fullmatch(delimiters):
        return False
    columns = delimiters.count("|") + 1
    if columns > MAX_COLUMNS or columns * (_run_end(state, start) - start) > MAX_CELLS:
        return False
    return table(state, start, end, silent)


def _run_end(state: StateBlock, start: int) -> int:
    """The first empty line from `start` on, found once for all lines: any of them may ask, many times."""
    ends = state.env.get("run_ends")
    if ends is None:
        lines = state.src.split("\n")
        ends = [len(lines)] * (len(lines) + 1)
        for number in range(len(lines) - 1, -1, -1):
            ends[number] = ends[number + 1] if lines[number].strip() else number
        state.env["run_ends"] = ends
    return ends[start]


def strict_quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A quote ends with its last `>`: the line below is the answer to it. (Looking on for lines that might
    still belong takes the square of their number.)"""
    last = start
    while last < end and _line(state, last).startswith(">"):
        last += 1
    return last > start and blockquote(state, start, last, silent)


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


_INTERRUPTED_BY_QUOTES = ["paragraph", "reference", "blockquote", "list"]

type InlineRule = Callable[[StateInline, bool], bool]

_INLINE_RULES: tuple[tuple[str, str, InlineRule], ...] = (
    ("backticks", "spoiler", spoiler_rule),
    ("link", "wiki", wiki_rule),
    ("image", "picture", picture_rule),
    ("autolink", "bare_url", bare_url_rule),
    ("autolink", "fan", fan_rule),
)


def build_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    parser.disable(["html_inline", "html_block", "reference", "lheading", "code", "image"])
    for before, name, rule in _INLINE_RULES:
        parser.inline.ruler.before(before, name, rule)
    parser.inline.add_terminator_char(OPENS)
    parser.inline.add_terminator_char(CLOSES)
    parser.inline.add_terminator_char("@")
    parser.core.ruler.at("inline", parse_inlines)
    parser.block.ruler.at("blockquote", strict_quote, {"alt": _INTERRUPTED_BY_QUOTES})
    parser.block.ruler.at("table", bounded_table, {"alt": ["paragraph", "reference"]})
    parser.normalizeLink = safe_address  # type: ignore[method-assign]
    parser.validateLink = is_allowed  # type: ignore[method-assign]
    return parser
