"""What a fan has been told of, as they read it: in words, inside their shield, what belongs together as one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.hooks import NoticeLine, notice_kinds
from accounts.models import Notice, User
from accounts.notifying import held
from accounts.unread import in_inbox, recount_unread

type Lines = Mapping[int, NoticeLine]
"""By the notices' ids."""

PAGE = 50
_NAMED = 2


@dataclass(frozen=True)
class Entry:
    """One line of an inbox or a letter. `notices` are those it tells of, the newest first; without `line`, what it was
    about is there no more."""

    notices: tuple[Notice, ...]
    line: NoticeLine | None

    @property
    def newest(self) -> Notice:
        return self.notices[0]

    @property
    def others(self) -> str:
        """The ids of the rest, as a form carries them."""
        return ",".join(str(notice.pk) for notice in self.notices[1:])

    @property
    def is_unread(self) -> bool:
        return self.newest.read_at is None

    @property
    def words(self) -> str:
        if self.line is None:
            return "This is not there any more."
        if len(self.notices) > 1:
            return self.line.many.replace("{}", str(len(self.notices)), 1)
        return self.line.words

    @property
    def detail(self) -> str:
        return self.line.detail if self.line else ""

    @property
    def href(self) -> str:
        return self.line.href if self.line else ""

    @property
    def face(self) -> User | None:
        """Whose picture stands beside it; nobody's where nobody is to be named."""
        return self.newest.actor if self.line and self.line.names_actor else None

    @property
    def who(self) -> str:
        """“Rooney, Winston and 5 others”; empty where nobody is to be named."""
        if self.line and not self.line.names_actor:
            return ""
        actors = {notice.actor_id: notice.actor for notice in self.notices if notice.actor}
        names = [actor.get_full_name() for actor in actors.values()]
        if len(names) <= _NAMED:
            return " and ".join(names)
        rest = len(names) - _NAMED
        return f"{', '.join(names[:_NAMED])} and {rest} {'other' if rest == 1 else 'others'}"


def page_of_inbox(viewer: Any, fan: User, before: int | None = None) -> tuple[list[Entry], int | None]:
    """The newest notices older than the id `before`, PAGE at most before they are put together, and the id before which
    there may be more."""
    rows = in_inbox(fan.notices).select_related("actor")
    notices = list(rows.filter(pk__lt=before)[:PAGE] if before else rows[:PAGE])
    return entries(notices, lines_of(viewer, notices)), notices[-1].pk if len(notices) == PAGE else None


def entries(notices: Sequence[Notice], lines: Lines) -> list[Entry]:
    """As they come; those of one kind about one thing that follow each other, read or unread alike, are one."""
    found = []
    for (_, _, _, together), run in groupby(notices, lambda notice: _kin(notice, lines)):
        members = list(run)
        groups = [members] if together else [[notice] for notice in members]
        found += [Entry(tuple(group), lines.get(group[0].pk)) for group in groups]
    return found


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


def turn(fan: User, ids: Iterable[int], *, is_read: bool) -> None:
    """Marks some of the fan's own notices as read, or as unread."""
    with transaction.atomic():
        held([fan.pk])
        rows = fan.notices.shown().filter(pk__in=set(ids), read_at__isnull=is_read)
        rows.update(read_at=timezone.now() if is_read else None)
        recount_unread([fan.pk])


def _kin(notice: Notice, lines: Lines) -> tuple[str, Any, bool, bool]:
    line = lines.get(notice.pk)
    is_grouped = bool(line and line.many)
    # Somebody who may not be named is not counted among those who are.
    about = (line.about, line.names_actor) if line and is_grouped else None
    return notice.kind, about, notice.read_at is None, is_grouped
