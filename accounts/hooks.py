"""Where higher apps join in. Called by name, inside the caller's transaction; errors propagate."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Notice, User


@dataclass(frozen=True)
class NoticeLine:
    """What an inbox says of one notice. `words` holds nothing that lies outside the reader's shield."""

    words: str
    href: str


# What else a fan's settings page offers: (title, sentence, url name).
settings_links: list[tuple[str, str, str]] = []
# Called before somebody is suspended or comes back: what is counted again is locked before their own row is.
fan_suspending: list[Callable[[User], None]] = []
# Called when somebody is suspended (deactivated) or comes back: their votes are counted again.
fan_suspended: list[Callable[[User], None]] = []
# For each kind of notice: the lines for this viewer (`request.viewer`) by the notices' ids. What is missing in the
# answer is not there any more.
notice_kinds: dict[str, Callable[[Any, Sequence[Notice]], Mapping[int, NoticeLine]]] = {}
