"""Kinds of things that can be reported and decided about.

The app that owns a kind registers it in `AppConfig.ready`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from accounts.models import User
from moderation.models import Act, Moderated


def stands_open(thing: models.Model) -> bool:
    return not getattr(thing, "is_hidden", False)


@dataclass(frozen=True)
class CaseKind:
    """What moderation has to know about one kind of thing.

    `find` answers the row or None: hidden ones too, drafts never. `address` is where it stands, safe for
    anybody. `after` runs inside the decision's transaction (recounts, search). `is_public` says whether
    readers reach it; `text` is what it says, for a moderator who asks to see it; `title` what this viewer
    (`request.viewer`) may know it by, empty where it is shielded from them.
    """

    noun: str
    find: Callable[[int], models.Model | None]
    address: Callable[[models.Model], str]
    acts: frozenset[Act] = frozenset()
    after: Callable[[Moderated], None] | None = None
    is_public: Callable[[models.Model], bool] = stands_open
    text: Callable[[models.Model], str] = str
    title: Callable[[models.Model, Any], str] = lambda thing, viewer: ""


def _find_fan(pk: int) -> User | None:
    return User.objects.filter(pk=pk, is_active=True).first()


kinds: dict[str, CaseKind] = {
    "fan": CaseKind("fan", _find_fan, User.get_absolute_url, title=lambda fan, viewer: fan.get_full_name())
}


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a moderator. `name` gives nothing away; `title` is empty where it is shielded."""

    name: str
    href: str
    title: str
    note: str
    since: datetime | None


@dataclass(frozen=True)
class Queue:
    key: str
    title: str
    waiting: list[Waiting]


queues: list[Callable[[Any], Queue]] = []
"""What waits for moderators, as the viewer (`request.viewer`) may know of it. Oldest first."""

waiting_counts: list[Callable[[], int]] = []
"""How many things wait in each of them, for the head of every page a moderator opens: one cheap query."""
