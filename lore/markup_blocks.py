"""Compiled text: HTML with numbered holes, and apart from it the spoilers that may fill them.

What a viewer may not see is never put in.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

HOLE_START, HOLE_END = "\ue003", "\ue004"

type Sees = Callable[[int], bool]
type NameWorks = Callable[[int], str]

_HOLE = re.compile(f"{HOLE_START}([0-9]+){HOLE_END}")
_LEADING_TO_LORE = re.compile(r'<a (?:class="wanted" )?href="/lore/([^"/?#]+)([^"]*)">')
"""As the cleaner writes it: text around it holds no bare “<”."""
_NAME = re.compile("[-a-zA-Z0-9_]{1,80}")


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Spoiler:
    """`scope` 0: covered for nobody who may see the text it stands in."""

    scope: int
    html: str
    text: str


@dataclass(frozen=True)
class Link:
    """`name`: the page as the writer called it."""

    target_slug: str
    scope: int
    name: str = field(default="", compare=False)


@dataclass(frozen=True)
class Block:
    """`scope` is the block's own (0 outside ::: blocks). `html` and `text` hold holes for the spoilers."""

    scope: int
    html: str
    text: str
    headings: tuple[Heading, ...] = ()
    spoilers: tuple[Spoiler, ...] = ()
    links: tuple[Link, ...] = ()
    fans: tuple[int, ...] = field(default=(), compare=False)
    """Ids of those whom it names. Known when it is compiled, and not kept with it."""

    def render(self, sees: Sees, name_works: NameWorks) -> SafeString:
        def fill(hole: re.Match[str]) -> str:
            spoiler = self.spoilers[int(hole[1])]
            if sees(self.scope | spoiler.scope):
                return f'<span class="spoiler">{spoiler.html}</span>'
            return f'<span class="veil">[gives away {escape(name_works(spoiler.scope or self.scope))}]</span>'

        # Safe: both html fields came out of the allow-list cleaner when the text was compiled (nothing else
        # writes them), and the names of the works are escaped here.
        return mark_safe(_HOLE.sub(fill, self.html))  # noqa: S308

    def plain(self, sees: Sees) -> str:
        """Text for search, cards and meta; an ellipsis in place of each spoiler the viewer may not see."""

        def fill(hole: re.Match[str]) -> str:
            spoiler = self.spoilers[int(hole[1])]
            return spoiler.text if sees(self.scope | spoiler.scope) else "…"

        return _HOLE.sub(fill, self.text)


@dataclass(frozen=True)
class Lead:
    """Where links by one name lead for one viewer. `is_bare`: to the page as such, not to a place in it."""

    href: str
    is_wanted: bool = False
    is_bare: bool = False

    def opening(self, rest: str) -> str:
        mark = 'class="wanted" ' if self.is_wanted else ""
        return f'<a {mark}href="{escape(self.href)}{"" if self.is_bare else rest}">'


def names_led_by(html: SafeString) -> set[str]:
    names = {unquote(found[1]) for found in _LEADING_TO_LORE.finditer(html)}
    return {name for name in names if _NAME.fullmatch(name)}


def relink(html: SafeString, leads: Mapping[str, Lead]) -> SafeString:
    """Links into the lore by these names, led anew; all others stay."""

    def led(found: re.Match[str]) -> str:
        lead = leads.get(unquote(found[1]))
        return lead.opening(found[2].removeprefix("/")) if lead else found[0]

    # Safe: what comes in is, what is put in is escaped, and `rest` stood in the same place.
    return mark_safe(_LEADING_TO_LORE.sub(led, html))  # noqa: S308


def to_json(block: Block) -> dict[str, Any]:
    return {
        "scope": block.scope,
        "html": block.html,
        "text": block.text,
        "headings": [[heading.level, heading.id, heading.text] for heading in block.headings],
        "spoilers": [[spoiler.scope, spoiler.html, spoiler.text] for spoiler in block.spoilers],
        "links": [[link.target_slug, link.scope, link.name] for link in block.links],
    }


def from_json(data: dict[str, Any]) -> Block:
    return Block(
        scope=data["scope"],
        html=data["html"],
        text=data["text"],
        headings=tuple(Heading(*values) for values in data["headings"]),
        spoilers=tuple(Spoiler(*values) for values in data["spoilers"]),
        links=tuple(Link(*values) for values in data["links"]),
    )


def blocks_to_json(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    return [to_json(block) for block in blocks]


def blocks_from_json(data: Iterable[dict[str, Any]]) -> list[Block]:
    return [from_json(item) for item in data]
