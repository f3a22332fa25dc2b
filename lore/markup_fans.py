"""`@name` in a text leads to the fan who is called so."""

import re
from dataclasses import dataclass

from markdown_it.rules_inline import StateInline

_FAN = re.compile(r"@([A-Za-z0-9](?:[A-Za-z0-9_.-]{0,28}[A-Za-z0-9])?)(?![\w@])")
_BEFORE_FAN = frozenset("_./@-")


@dataclass(frozen=True)
class Named:
    """A fan whom a text can name."""

    id: int
    href: str


def fans_in(text: str) -> set[str]:
    """User names, in small letters, that stand behind an @; whether anybody has them is not known here."""
    return {match[1].lower() for match in _FAN.finditer(text) if _may_begin(text, match.start())}


def _may_begin(text: str, place: int) -> bool:
    """Not in the middle of a word or an address."""
    before = text[place - 1] if place else " "
    return not (before.isalnum() or before in _BEFORE_FAN)


def fan_rule(state: StateInline, silent: bool) -> bool:
    """`@name` leads to the fan who is called so; else it is plain words."""
    if state.src[state.pos] != "@" or state.linkLevel or not _may_begin(state.src, state.pos):
        return False
    found = _FAN.match(state.src, state.pos, state.posMax)
    fan = state.env["lexicon"].fans.get(found[1].lower()) if found else None
    if not found or not fan:
        return False
    if not silent:
        opening = state.push("link_open", "a", 1)
        opening.attrs, opening.meta = {"href": fan.href}, {"fan": fan.id}
        state.push("text", "", 0).content = found[0]
        state.push("link_close", "a", -1)
    state.pos = found.end()
    return True
