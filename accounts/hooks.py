"""Where higher apps join in. Called by name, inside the caller's transaction; errors propagate."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Mute, Notice, User


@dataclass(frozen=True)
class NoticeLine:
    """What an inbox says of one notice. `words` holds nothing that lies outside the reader's shield."""

    words: str
    href: str
    many: str = ""
    """Of several that are told together: "{} new answers to …"."""
    detail: str = ""
    """What somebody wrote about it, such as a reason; as much inside the shield as the words."""
    names_actor: bool = True
    """Whether who did it may be told: of what is shielded, not."""


@dataclass(frozen=True)
class ExportPart:
    """One file of what a fan takes along: JSON-able rows, or the bytes of a picture read when it is its turn."""

    name: str
    rows: Any = None
    read: Callable[[], bytes] | None = None


type NoticeFinder = Callable[[Any, Sequence[Notice]], Mapping[int, NoticeLine]]
"""The lines for this viewer (`request.viewer`), by the notices' ids; what is missing is not there any more."""


def by_object(find: Callable[[Any, list[int]], Mapping[int, NoticeLine]]) -> NoticeFinder:
    """For notices whose line depends on nothing but what they are about."""

    def by_notice(viewer: Any, notices: Sequence[Notice]) -> dict[int, NoticeLine]:
        lines = find(viewer, sorted({notice.object_id for notice in notices}))
        return {notice.pk: lines[notice.object_id] for notice in notices if notice.object_id in lines}

    return by_notice


@dataclass(frozen=True)
class Counted:
    """Rows whose counts somebody is part of: their ids, in a form that can be compared, and how they are locked."""

    find: Callable[[User], Any]
    lock: Callable[[Any], None]


# What else a fan's settings page offers: (title, sentence, url name).
settings_links: list[tuple[str, str, str]] = []
# What is counted again when somebody is suspended or comes back: locked before their own row is.
fan_suspending: list[Counted] = []
# The address that tells somebody who was suspended why, until when, and how to appeal; empty: this one does not know.
why_closed: list[Callable[[User], str]] = []
# Called when somebody is suspended (deactivated) or comes back: their votes are counted again.
fan_suspended: list[Callable[[User], None]] = []
notice_kinds: dict[str, NoticeFinder] = {}
# What can be followed, by kind: the lines that name it to this viewer, by its ids.
followed_kinds: dict[str, Callable[[Any, list[int]], Mapping[int, NoticeLine]]] = {}
# What can be muted besides fans, by kind: the lines that name it to this viewer.
muted_kinds: dict[str, Callable[[Any, list[int]], Mapping[int, NoticeLine]]] = {}
# Whether a notice stands under a tag that its fan has muted: given the mutes of tags of a notice's fan, as a query that
# refers to the notice from without, the condition.
under_muted_tags: list[Callable[[QuerySet[Mute]], Q]] = []
# One: who looks when a mail is written for a fan. lore knows what they have seen.
viewer_of_fan: list[Callable[[User], Any]] = []
# What a fan has done, by name of the fact, for `accounts.trust`.
fan_facts: list[Callable[[User], Mapping[str, int]]] = []
# Called when something about somebody looks like a machine: why.
fan_marked: list[Callable[[User, str], None]] = []
# Ids of fans who did something since a moment, or to whom something was done: their level is reckoned anew.
fans_stirred: list[Callable[[datetime], Iterable[int]]] = []
# What a fan takes along, and what goes when they leave (`posts`: a value of `Departure.Posts`). Their row stays
# without a name. The latter is called outside a transaction, while the row still says who they were, and may be called
# again after it was broken off.
fan_export: list[Callable[[User], Iterable[ExportPart]]] = []
fan_erase: list[Callable[[User, str], None]] = []
# Words and names of the archive's own subject, in small letters alone: what a fan called themselves after is no trace.
words_in_use: list[Callable[[], set[str]]] = []
# Called once after some were erased: what a deletion leaves behind in other places goes now.
fans_erased: list[Callable[[], None]] = []
