"""Kinds of things that can be reported and decided about.

The app that owns a kind registers it in `AppConfig.ready`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import CharField, Expression, F, QuerySet, Value

from accounts.models import User
from accounts.names import ARCHIVE
from moderation.models import Act, Moderated


def stands_open(thing: models.Model) -> bool:
    return not getattr(thing, "is_hidden", False)


@dataclass(frozen=True)
class Beside:
    """What a thing stands in, or answers. `text` is empty where it is shielded from who asks."""

    how: str
    name: str
    href: str
    text: str = ""


@dataclass(frozen=True)
class CaseKind:
    """What moderation has to know about one kind of thing.

    `find` answers the row or None: hidden ones too, drafts never. `address` is where it stands, safe for
    anybody. `after` runs inside the decision's transaction (recounts, search). `is_public` says whether
    readers reach it; `text` is what it says, for a moderator who asks to see it; `title` what this viewer
    (`request.viewer`) may know it by, empty where it is shielded from them. `author_id` is whom a decision about it
    concerns. `rescope` gives the locked row another scope (a bit mask of works); without it nothing of the kind can be
    shielded. Reports whose weights reach `hides_at` together hide it until a moderator looks; None: never.
    `template` draws the `thing` for who may see it, beside its text; `beside` is what one has to have read to judge it;
    `note` tells a moderator who else can act. What is not `is_reportable` is a case by a rule alone. What is written
    can be put right: `is_written`.
    """

    noun: str
    find: Callable[[int], models.Model | None]
    address: Callable[[models.Model], str]
    acts: frozenset[Act] = frozenset()
    after: Callable[[Moderated], None] | None = None
    is_public: Callable[[models.Model], bool] = stands_open
    text: Callable[[models.Model], str] = str
    title: Callable[[models.Model, Any], str] = lambda thing, viewer: ""
    author_id: Callable[[Any], int | None] = lambda thing: None
    rescope: Callable[[Any, int], None] | None = None
    hides_at: float | None = None
    template: str = ""
    beside: Callable[[Any, Any], Iterable[Beside]] = lambda thing, viewer: ()
    note: str = ""
    is_reportable: bool = True
    is_written: bool = True


def _find_fan(pk: int) -> User | None:
    """Suspended ones too."""
    return User.objects.filter(pk=pk, erased_at=None).exclude(username=ARCHIVE).first()


def _said_by_fan(fan: User) -> str:
    return "\n\n".join(filter(None, [fan.get_full_name(), fan.bio]))


kinds: dict[str, CaseKind] = {
    "fan": CaseKind(
        "fan",
        _find_fan,
        User.get_absolute_url,
        acts=frozenset({Act.WARN, Act.UNWARN, Act.SUSPEND, Act.UNSUSPEND}),
        is_public=lambda fan: fan.is_active,
        text=_said_by_fan,
        title=lambda fan, viewer: fan.get_full_name(),
        author_id=lambda fan: fan.pk,
        is_written=False,
    )
}


@dataclass(frozen=True)
class VoteAct:
    """Voiding or counting votes. `is_possible` asks whether it would change something; `act` does it, within the
    decision's transaction, the thing's row locked (a fan's is not: their theories are locked first)."""

    is_possible: Callable[[Any], bool]
    act: Callable[[Any], None]


vote_acts: dict[tuple[str, Act], VoteAct] = {}
"""By kind of case, with Act.VOID or Act.COUNT."""


@dataclass(frozen=True)
class Figure:
    label: str
    value: str | int


case_figures: list[Callable[[str, models.Model], Iterable[Figure]]] = []
"""What else a moderator should know of a case, in numbers alone: of votes clusters, never choices."""
author_figures: list[Callable[[User], Iterable[Figure]]] = []
"""What somebody has done here, in numbers."""


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

spam_checks: list[Callable[[User, str], str]] = []
"""Services that judge what a new account wrote: why somebody should take a look, or nothing. Off: none is here."""
waiting_things: list[Callable[[], QuerySet]] = []
"""What waits in each of them, as pairs made by `pairs`; counted in one cheap statement for the head of every page that
a moderator opens."""


def pairs(rows: QuerySet, kind: str | Expression, object_id: str) -> QuerySet:
    """What the rows are about: a kind (or the expression that names it) and the column that holds an id."""
    said = Value(kind, CharField(max_length=20)) if isinstance(kind, str) else kind
    return rows.order_by().annotate(waits_as=said, waits_for=F(object_id)).values_list("waits_as", "waits_for")


def count_waiting() -> int:
    """Each thing once, however often it was reported."""
    first, *others = (find() for find in waiting_things)
    return first.union(*others).count()
