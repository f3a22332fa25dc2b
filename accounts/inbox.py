"""What a fan has been told of, as they read it: in words, inside their shield, what belongs together as one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.hooks import NoticeLine, notice_kinds
from accounts.models import Notice, User
from accounts.notifying import held
from accounts.unread import LINE, in_inbox, recount_unread

type Lines = Mapping[int, NoticeLine]
"""By the notices' ids."""

PAGE = 50
_LOOKED_AT = 30
"""Notices of one line, the newest, of which it takes its words and names."""
_NAMED = 2


@dataclass(frozen=True)
class Entry:
    """One line of an inbox or a letter. `told`: the notices of which it takes its words, the newest first; without a
    line, what that one was about is there no more. `count`: of how many it tells."""

    told: tuple[tuple[Notice, NoticeLine | None], ...]
    count: int

    @property
    def newest(self) -> Notice:
        return self.told[0][0]

    @property
    def is_unread(self) -> bool:
        return self.newest.read_at is None

    @cached_property
    def line(self) -> NoticeLine | None:
        """Of the newest that is there."""
        return next((line for _, line in self.told if line), None)

    @property
    def words(self) -> str:
        if self.line is None:
            return "This is not there any more."
        if self.count > 1:
            return self.line.many.replace("{}", str(self.count), 1)
        return self.line.words

    @property
    def detail(self) -> str:
        """Of the newest of which all may be told."""
        open_line = next((line for _, line in self.told if line and line.names_actor), self.line)
        return open_line.detail if open_line else ""

    @property
    def href(self) -> str:
        return self.line.href if self.line else ""

    @cached_property
    def actors(self) -> list[User]:
        """Those who may be named."""
        named = (notice.actor for notice, line in self.told if line and line.names_actor)
        return list({actor.pk: actor for actor in named if actor}.values())

    @property
    def face(self) -> User | None:
        """Whose picture stands beside it; nobody's where nobody is to be named."""
        return self.actors[0] if self.actors else None

    @property
    def who(self) -> str:
        """“Rooney, Winston and 5 others”; empty where nobody is to be named."""
        names = [actor.get_full_name() for actor in self.actors]
        rest = len(names) - _NAMED
        if any(line and not line.names_actor for _, line in self.told):
            # How many they are would tell whether they are among those who are named.
            return f"{', '.join(names[:_NAMED])} and others" if names else ""
        if rest <= 0:
            return " and ".join(names)
        return f"{', '.join(names[:_NAMED])} and {rest} {'other' if rest == 1 else 'others'}"


def page_of_inbox(viewer: Any, fan: User, before: int | None = None) -> tuple[list[Entry], int | None]:
    """The newest PAGE lines whose newest notice is older than the id `before`, and the id before which there may be
    more."""
    rows = in_inbox(fan.notices)
    found = rows.order_by().values(line=LINE, read=F("read_at"))
    found = found.annotate(newest=Max("pk"), count=Count("pk"), name=Max("together"))
    found = found.filter(newest__lt=before) if before else found
    page = list(found.order_by("-newest").values_list("newest", "count", "name")[:PAGE])
    counts = {newest: count for newest, count, _ in page}
    among = rows.filter(Q(pk__in=counts) | Q(together__in={name for *_, name in page if name}))
    notices = list(_newest_of(among, counts))
    return entries(notices, lines_of(viewer, notices), counts), min(counts) if len(counts) == PAGE else None


def entries(notices: Sequence[Notice], lines: Lines, counts: Mapping[int, int] | None = None) -> list[Entry]:
    """As they come, the newest first. `counts`: how many each line holds, by the id of its newest; else those that
    are here."""
    by_line: dict[tuple[object, ...], list[Notice]] = {}
    for notice in notices:
        by_line.setdefault(notice.line_key, []).append(notice)
    return [_entry(members, lines, (counts or {}).get(members[0].pk, 0)) for members in by_line.values()]


def _entry(members: list[Notice], lines: Lines, count: int) -> Entry:
    told = tuple((notice, lines.get(notice.pk)) for notice in members)
    missing = sum(line is None for _, line in told)
    return Entry(told, max(count, len(told)) - missing)


def _newest_of(rows: QuerySet[Notice], newest: Iterable[int]) -> QuerySet[Notice]:
    line: dict[str, Any] = {"partition_by": [LINE, F("read_at")]}
    rows = rows.annotate(newest=Window(Max("pk"), **line), place=Window(RowNumber(), order_by="-pk", **line))
    return rows.filter(newest__in=list(newest), place__lte=_LOOKED_AT).select_related("actor").order_by("-pk")


def lines_of(viewer: Any, notices: Iterable[Notice]) -> Lines:
    """What is missing is there no more."""
    by_kind: dict[str, list[Notice]] = {}
    for notice in notices:
        by_kind.setdefault(notice.kind, []).append(notice)
    lines: dict[int, NoticeLine] = {}
    for kind, about in by_kind.items():
        if kind in notice_kinds:
            lines |= notice_kinds[kind](viewer, about)
    return lines


def read_all(fan: User, up_to: int) -> None:
    """Marks as read what the fan has been shown: the notices up to the id `up_to`."""
    with transaction.atomic():
        held([fan.pk])
        fan.notices.unread().filter(pk__lte=up_to).update(read_at=timezone.now())
        recount_unread([fan.pk])


def turn(fan: User, notice: Notice, *, is_read: bool) -> int:
    """Marks a line as read, or as unread; what has come to it after this notice stays as it is. The id of the newest
    notice of the line that it is in now, or its own where it has gone meanwhile."""
    with transaction.atomic():
        held([fan.pk])
        rows = fan.notices.shown().like(notice).filter(pk__lte=notice.pk, read_at__isnull=is_read)
        rows.update(read_at=timezone.now() if is_read else None)
        recount_unread([fan.pk])
    turned = fan.notices.filter(pk=notice.pk).first() or notice
    newest = fan.notices.shown().like(turned).order_by("-pk").values_list("pk", flat=True).first()
    return newest or notice.pk
