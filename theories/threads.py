"""Which comments of a discussion are read at once: a page of threads with the best few answers in each, or one
conversation. However long it is, they are found by keys, in one statement.

"Best" orders by the lower Wilson bound of the share of fair points. A comment is marked as a fair point or not at all,
so that this share is always whole, and the bound for n marks is n / (n + z²): it grows with n and with nothing else. So
the order is that of `fair_count`, and the older stands first among equals.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce, RowNumber
from django.http import QueryDict
from django.utils.http import urlencode

from lore.spoilers import Viewer
from theories.models import Comment, Mark, MarkKind, Theory, Visit

BEST, NEW = "best", "new"
SORTS = {BEST: "Best", NEW: "Newest"}
COMMENTS = 50
"""A discussion of so many comments is shown whole."""
THREADS = 15
FEW = (2, 1)
"""How many answers to one comment are shown at first in a long discussion: to a thread's start, to each of these."""
MORE = (15, 2, 1)
"""The same where one comment's answers were asked for."""
_KEYS = {BEST: ("-fair_count", "id"), NEW: ("-id",)}
_ANSWER_KEYS = {BEST: ("-fair_count", "id"), NEW: ("id",)}
"""Newest threads first; but who answered whom is read from the first on."""
_LONGEST_NUMBER = 15


@dataclass(frozen=True)
class Place:
    """Where in a discussion somebody wants to read. `after`: the key of the last that they have. `is_further`: they
    want to read on below the comment, and have not come for it. `since`: what is newer is new to them."""

    sort: str = BEST
    after: tuple[int, ...] = ()
    comment: int | None = None
    is_further: bool = False
    since: datetime | None = None

    @classmethod
    def asked(cls, query: QueryDict) -> "Place":
        """Silly values are as good as none."""
        sort = query.get("sort", "")
        comment, thread = _number(query.get("comment", "")), _number(query.get("thread", ""))
        return cls(
            sort=sort if sort in SORTS else BEST,
            after=_key(query.get("after", "")),
            comment=comment or thread,
            is_further=not comment,
            since=moment_from(query.get("since", "")),
        )

    @property
    def is_plain(self) -> bool:
        return self.sort == BEST and not self.after and self.comment is None

    def query(self, *, after: str = "", thread: int | None = None) -> str:
        """For the address of another place in the same order."""
        values = {
            "sort": self.sort if self.sort != BEST else None,
            "thread": thread,
            "after": after,
            "since": milliseconds(self.since) if self.since else None,
        }
        return urlencode({name: value for name, value in values.items() if value})

    def sorted_by(self, sort: str) -> "Place":
        return replace(self, sort=sort, after=(), comment=None)


@dataclass(frozen=True)
class Found:
    """`starts` of threads, or the comment asked for with what it answers; `answers` below them. `next_after`: the key
    after which further threads follow. `has_more`: so do further answers to the comment asked for."""

    starts: list[Comment]
    answers: list[Comment]
    next_after: str = ""
    has_more: bool = False


def with_talk(theories: QuerySet[Theory], viewer: Viewer) -> QuerySet[Theory]:
    """Each with what its discussion's head needs: `said` comments in all, `moved` minds, `read_at` when the fan last
    read it, `unread` how many others have written since. What lies outside the shield is not counted."""
    said = Comment.objects.filter(theory=OuterRef("pk"))
    seen = said.standing().visible_to(viewer, within="theory")
    visits = Visit.objects.filter(fan=viewer.fan_id or 0)
    read_at = visits.filter(theory=OuterRef(OuterRef("pk"))).values("read_at")
    # Who is muted makes nobody come back.
    newer = seen.filter(created_at__gt=Subquery(read_at)).exclude(author__in=[viewer.fan_id or 0, *viewer.muted.fans])
    return theories.annotate(
        said=_counted(said, "theory"),
        moved=Coalesce(Subquery(_each(seen.filter(mind_count__gt=0), "theory", Sum("mind_count"))), 0),
        read_at=Subquery(visits.filter(theory=OuterRef("pk")).values("read_at")),
        unread=_counted(newer, "theory"),
    )


def find_threads(viewer: Viewer, theory: Theory, place: Place) -> Found:
    is_short = theory.said <= COMMENTS
    most = COMMENTS if is_short else THREADS
    rows = _after(theory.comments.filter(parent=None), _KEYS[place.sort], place.after)
    places = rows.order_by(*_KEYS[place.sort]).values("pk")[: most + 1]
    answers = Q(root__in=places) if is_short else _best_answers(places, place.sort, FEW)
    starts, below = _read(viewer, theory, place, Q(pk__in=places) | answers)
    if place.sort == NEW:
        starts.reverse()
    if len(starts) <= most:
        return Found(starts, below)
    *starts, beyond = starts
    here = [answer for answer in below if answer.root_id != beyond.pk]
    return Found(starts, here, next_after=key_of(starts[-1], _KEYS[place.sort]))


def find_conversation(viewer: Viewer, theory: Theory, place: Place) -> Found | None:
    """The comment asked for, all that it answers, and the answers to it. None when there is no such comment here."""
    path = theory.comments.filter(pk=place.comment).values_list("path", flat=True).first()
    if path is None:
        return None
    lineage = Comment(path=path).lineage
    most, *few = MORE
    answers = _best_answers([place.comment], place.sort, (most + 1, *few), place.after)
    starts, below = _read(viewer, theory, place, Q(pk__in=lineage) | answers, lineage)
    beyond = [answer for answer in below if answer.parent_id == place.comment][most:]
    below_those = tuple(answer.path for answer in beyond)
    here = [answer for answer in below if not answer.path.startswith(below_those)]
    return Found(sorted(starts, key=lambda comment: comment.depth), here, has_more=bool(beyond))


def key_of(comment: Comment, fields: Iterable[str]) -> str:
    return ".".join(str(getattr(comment, name.removeprefix("-"))) for name in fields)


def answer_key(comment: Comment, sort: str) -> str:
    return key_of(comment, _ANSWER_KEYS[sort])


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def moment_from(words: str) -> datetime | None:
    """What `milliseconds` said, as an address carries it; None for anything else."""
    number = _number(words)
    return datetime.fromtimestamp(number / 1000, UTC) if number and number < 2**42 else None


def _read(
    viewer: Viewer, theory: Theory, place: Place, chosen: Q, lineage: Sequence[int] = ()
) -> tuple[list[Comment], list[Comment]]:
    """Starts of threads, or what stands in this line, apart from the others; all in the order of answers."""
    rows = for_reading(theory.comments.filter(chosen), viewer).order_by(*_ANSWER_KEYS[place.sort])
    starts, below = [], []
    for comment in rows:
        is_start = comment.pk in lineage if lineage else comment.parent_id is None
        (starts if is_start else below).append(comment)
    return starts, below


def _best_answers(
    parents: QuerySet[Any] | list[int | None], sort: str, few: tuple[int, ...], after: tuple[int, ...] = ()
) -> Q:
    """The first few to each comment, and to each of these, and so on. `after` is a key among the very first."""
    order, chosen = _ANSWER_KEYS[sort], Q()
    for depth, most in enumerate(few):
        rows = Comment.objects.filter(parent__in=parents)
        rows = _after(rows, order, after) if depth == 0 else rows
        ranked = rows.annotate(rank=Window(RowNumber(), partition_by=F("parent"), order_by=order))
        parents = ranked.filter(rank__lte=most).values("pk")
        chosen |= Q(pk__in=parents)
    return chosen


def for_reading(comments: QuerySet[Comment], viewer: Viewer) -> QuerySet[Comment]:
    """With the writer, the viewer's own marks, and how many answers there are: `answers` in all, `visible` those that
    may be counted out to this viewer."""
    below = Comment.objects.filter(parent=OuterRef("pk"))
    own = Mark.objects.filter(comment=OuterRef("pk"), fan=viewer.fan_id or 0)
    kinds = {kind: Exists(own.filter(kind=kind)) if viewer.fan_id else Value(False) for kind in MarkKind}
    return comments.select_related("author").annotate(
        answers=_counted(below, "parent"),
        visible=_counted(below.standing().visible_to(viewer, within="theory"), "parent"),
        is_fair=kinds[MarkKind.FAIR],
        is_moving=kinds[MarkKind.MIND],
    )


def _after(comments: QuerySet[Comment], order: tuple[str, ...], key: tuple[int, ...]) -> QuerySet[Comment]:
    """Those behind this key; all of them when it is no key of this order."""
    if len(key) != len(order):
        return comments
    behind, same = Q(), Q()
    for name, value in zip(order, key, strict=True):
        field = name.removeprefix("-")
        behind |= same & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        same &= Q(**{field: value})
    return comments.filter(behind)


def _counted(rows: QuerySet[Any], by: str) -> Coalesce:
    return Coalesce(Subquery(_each(rows, by, Count("pk"))), 0)


def _each(rows: QuerySet[Any], by: str, reckoned: Any) -> QuerySet[Any]:
    return rows.order_by().values(by).annotate(n=reckoned).values("n")


def _key(words: str) -> tuple[int, ...]:
    numbers = [_number(part) for part in words.split(".")]
    return () if None in numbers else tuple(number for number in numbers if number is not None)


def _number(words: str) -> int | None:
    is_number = words.isascii() and words.isdecimal() and len(words) <= _LONGEST_NUMBER
    return int(words) if is_number else None
