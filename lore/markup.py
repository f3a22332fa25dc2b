"""Markdown to compiled blocks: made once when a text is saved, shown to each viewer by their seen-set."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import nh3
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lore.markup_addresses import is_external
from lore.markup_blocks import (
    HOLE_END,
    HOLE_START,
    Block,
    Heading,
    Lead,
    Link,
    Spoiler,
    blocks_from_json,
    blocks_to_json,
    from_json,
    names_led_by,
    relink,
    to_json,
)
from lore.markup_fans import Named, fans_in
from lore.markup_rules import (
    Lexicon,
    MarkupError,
    build_parser,
    prepare,
    tidy,
    unknown_work,
    wiki_targets,
)

__all__ = [
    "Block",
    "Heading",
    "Lead",
    "Lexicon",
    "Link",
    "MarkupError",
    "Named",
    "Spoiler",
    "blocks_from_json",
    "blocks_to_json",
    "compile_fan",
    "compile_line",
    "compile_page",
    "fans_in",
    "from_json",
    "mentions",
    "names_led_by",
    "parts_as_written",
    "relink",
    "to_json",
]

_FENCE_OF_BLOCK = re.compile(r"[\s>*+\-0-9.)]*:::")
_OPENING = re.compile(r"\s*:::+\s*gives-away\s+(\S.*)")
_CLOSING = re.compile(r"\s*:::+\s*")
_EXTERNAL_REL = "nofollow ugc noopener"
_WITH_DIRECTION = ("p", "h2", "h3", "h4", "li", "blockquote", "th", "td", "code")
_ALIGNMENTS = {"text-align:right": "align-right", "text-align:center": "align-centre"}
_CLEANER = nh3.Cleaner(
    tags={
        *("p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br"),
        *("em", "strong", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
    },
    attributes={"a": {"href"}, "ol": {"start"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}},
    tag_attribute_values={
        "a": {"rel": {_EXTERNAL_REL}},
        **{tag: {"dir": {"auto"}} for tag in _WITH_DIRECTION},
    },
    allowed_classes={"a": {"wanted"}, "th": set(_ALIGNMENTS.values()), "td": set(_ALIGNMENTS.values())},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


def mentions(text: str) -> set[str]:
    """Slugs of all wiki links in the text, for looking up a lexicon before compiling."""
    return wiki_targets(text)


def compile_page(text: str, lexicon: Lexicon) -> list[Block]:
    anchors = Anchors()
    blocks = []
    for number, part in enumerate(_parts(prepare(text), lexicon)):
        named = anchors if part.scope == 0 else Anchors(f"s-{number}--")
        blocks.append(_Compiler(lexicon, part.scope, named).block(part.text, part.first_line))
    return blocks


def parts_as_written(text: str, lexicon: Lexicon) -> list[str]:
    """The Markdown of each block that `compile_page` makes, in its order; spoilers still stand between marks."""
    return [part.text for part in _parts(prepare(text), lexicon)]


def compile_fan(text: str, lexicon: Lexicon) -> Block:
    """Cases, comments, bios: headings become strong paragraphs, ::: lines stay plain text."""
    return _Compiler(lexicon, 0, None).block(prepare(text), 0)


def compile_line(text: str, lexicon: Lexicon) -> Block:
    """Inline markup only, without a block element around it."""
    return _Compiler(lexicon, 0, None).line(prepare(" ".join(text.split())))


# Parts of a page


@dataclass(frozen=True)
class _Part:
    scope: int
    text: str
    first_line: int


def _parts(text: str, lexicon: Lexicon) -> Iterator[_Part]:
    """Cut at ::: lines, wherever they stand: inside a code fence too, since guessing wrong would let out
    what they guard."""
    scope, opened, start = 0, None, 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not _FENCE_OF_BLOCK.match(line):
            continue
        after = _scope_after(line, number, opened, lexicon)
        yield from _part(scope, lines[start:number], start)
        scope, start = after, number + 1
        opened = number if after else None
    if opened is not None:
        raise MarkupError("This spoiler block is not closed. End it with a line of :::.", opened + 1)
    yield from _part(scope, lines[start:], start)


def _part(scope: int, lines: list[str], start: int) -> Iterator[_Part]:
    if any(line.strip() for line in lines):
        yield _Part(scope, "\n".join(lines), start)


def _scope_after(line: str, number: int, opened: int | None, lexicon: Lexicon) -> int:
    if _CLOSING.fullmatch(line):
        if opened is None:
            raise MarkupError("This ::: closes no spoiler block.", number + 1)
        return 0
    opening = _OPENING.fullmatch(line)
    if not opening:
        raise MarkupError("A spoiler block begins with a line like “::: gives-away chapter-3”.", number + 1)
    if opened is not None:
        raise MarkupError("One spoiler block cannot stand inside another: close the first.", number + 1)
    scope = lexicon.works_in(opening[1].strip())
    if not scope:
        raise MarkupError(_unknown_works(opening[1], lexicon), number + 1)
    return scope


def _unknown_works(names: str, lexicon: Lexicon) -> str:
    unknown = [name for name in names.split() if lexicon.works_in(name) is None]
    return unknown_work(unknown[0] if unknown else names)


# From tokens to a block


class Anchors:
    """Heading ids, unique on a page. Those in a spoiler block carry its number and a double dash, which no
    slug holds: neither kind ever takes, or tells of, a name of the other."""

    def __init__(self, prefix: str = "s-") -> None:
        self.prefix = prefix
        self.taken: set[str] = set()
        self.tries: Counter[str] = Counter()

    def name(self, text: str) -> str:
        base = slugify(text)[:60].strip("-") or "section"
        anchor = base
        while anchor in self.taken:
            self.tries[base] += 1
            anchor = f"{base}-{self.tries[base] + 1}"
        self.taken.add(anchor)
        return self.prefix + anchor


@cache
def _parser() -> MarkdownIt:
    return build_parser()


class _Compiler:
    """One block in the making; without `anchors`, headings are not kept as such."""

    def __init__(self, lexicon: Lexicon, scope: int, anchors: Anchors | None) -> None:
        self.lexicon = lexicon
        self.scope = scope
        self.anchors = anchors
        self.headings: list[Heading] = []
        self.spoilers: list[Spoiler] = []
        self.links: list[Link] = []
        self.fans: list[int] = []
        self.texts: list[str] = []

    def block(self, marked: str, first_line: int) -> Block:
        tokens = _parser().parse(marked, {"lexicon": self.lexicon, "first_line": first_line})
        return self._finish(list(self._blocks(tokens)))

    def line(self, marked: str) -> Block:
        tokens = _parser().parseInline(marked, {"lexicon": self.lexicon})
        return self._finish(list(self._blocks(tokens)))

    def _finish(self, tokens: list[Token]) -> Block:
        return Block(
            scope=self.scope,
            html=_html(tokens),
            text="\n".join(text for text in self.texts if text),
            headings=tuple(self.headings),
            spoilers=tuple(self.spoilers),
            links=tuple(dict.fromkeys(self.links)),
            fans=tuple(dict.fromkeys(self.fans)),
        )

    def _blocks(self, tokens: list[Token]) -> Iterator[Token]:
        for index, token in enumerate(tokens):
            if token.type == "inline":
                self._inline(token)
            elif token.type == "heading_open":
                self._heading(tokens[index : index + 3])
            elif token.type == "fence":
                token.content, token.info = tidy(token.content), ""
                self.texts.append(token.content.strip())
            _dress(token)
            yield token

    def _inline(self, token: Token) -> None:
        token.children = list(self._inlines(token.children or [], 0))
        self.texts.append(_text(token.children))

    def _inlines(self, tokens: list[Token], covered_by: int) -> Iterator[Token]:
        rest = iter(_with_link_texts(tokens))
        for token in rest:
            if token.type == "spoiler_open":
                yield self._hole(token.meta["scope"], list(_until_closed(rest)))
                continue
            if token.type == "link_open":
                self._note_link(token, covered_by)
            token.content = tidy(token.content)
            yield token

    def _hole(self, scope: int, covered: list[Token]) -> Token:
        children = list(self._inlines(covered, scope))
        inline = Token("inline", "", 0, children=children)
        self.spoilers.append(Spoiler(scope, _html([inline]), _text(children).strip()))
        hole = Token("text", "", 0)
        hole.content = f"{HOLE_START}{len(self.spoilers) - 1}{HOLE_END}"
        return hole

    def _note_link(self, token: Token, covered_by: int) -> None:
        if "slug" in token.meta:
            self.links.append(Link(token.meta["slug"], self.scope | covered_by, token.meta["name"]))
        elif "fan" in token.meta:
            self.fans.append(token.meta["fan"])
        elif is_external(str(token.attrs.get("href", ""))):
            token.attrs["rel"] = _EXTERNAL_REL
        token.attrs.pop("title", None)

    def _heading(self, trio: list[Token]) -> None:
        opening, inline, closing = trio
        opening.hidden = closing.hidden = not inline.content.strip()
        if self.anchors is None:
            opening.tag = closing.tag = "p"
            inline.children = [Token("strong_open", "strong", 1), *(inline.children or [])]
            inline.children.append(Token("strong_close", "strong", -1))
            return
        level = min(max(int(opening.tag[1]), 2), 4)
        opening.tag = closing.tag = f"h{level}"
        text = tidy(" ".join(_text(_uncovered(inline.children or [])).split()))
        if not opening.hidden:
            opening.attrs["id"] = anchor = self.anchors.name(text)
            self.headings.append(Heading(level, anchor, text))


def _dress(token: Token) -> None:
    alignment = _ALIGNMENTS.get(str(token.attrs.pop("style", "")))
    if alignment:
        token.attrs["class"] = alignment
    if token.type == "fence" or (token.nesting == 1 and token.tag in _WITH_DIRECTION):
        token.attrs["dir"] = "auto"


def _with_link_texts(tokens: list[Token]) -> Iterator[Token]:
    """A link without words is read out as nothing: it gets its address for words."""
    for index, token in enumerate(tokens):
        yield token
        if token.type == "link_open" and _is_wordless(tokens[index + 1 : index + 3]):
            yield Token("text", "", 0, content=str(token.attrs["href"]))


def _is_wordless(following: list[Token]) -> bool:
    kinds = [token.type for token in following]
    return "link_close" in kinds and not _text(following[: kinds.index("link_close")]).strip()


def _until_closed(tokens: Iterator[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "spoiler_close":
            return
        yield token


def _uncovered(tokens: list[Token]) -> Iterator[Token]:
    """A heading's words for lists of contents: those of its spoilers left out."""
    rest = iter(tokens)
    for token in rest:
        if token.type == "spoiler_open":
            for _ in _until_closed(rest):
                pass
            yield Token("text", "", 0, content="…")
        else:
            yield token


def _text(tokens: Iterable[Token]) -> str:
    return "".join(" " if token.type.endswith("break") else token.content for token in tokens)


def _html(tokens: list[Token]) -> str:
    parser = _parser()
    return _CLEANER.clean(str(parser.renderer.render(tokens, parser.options, {}))).strip()
