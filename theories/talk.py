"""A discussion as one viewer gets it: every comment has been through the gate, nothing else leaves this module."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.http import urlencode

from lore import markup
from lore.leading import Leads, LedText
from lore.spoilers import Fold, Shield, Viewer, folded
from moderation.hidden import HiddenNotice, hidden_notices
from theories.clock import now
from theories.models import BELIEVE, DOUBT, Comment, MarkKind, Theory
from theories.permissions import why_no_comment, why_no_nod
from theories.reading import granted
from theories.threads import (
    COMMENTS,
    NEW,
    SORTS,
    Found,
    Place,
    answer_key,
    find_conversation,
    find_threads,
    milliseconds,
)

_STANCES = {BELIEVE: "believe", DOUBT: "doubt"}


@dataclass(frozen=True)
class Nod:
    """One kind of mark on a comment: how many there are, and whether the viewer's is among them."""

    kind: MarkKind
    count: int
    is_on: bool

    @property
    def value(self) -> str:
        """What pressing it asks for."""
        return "0" if self.is_on else "1"


@dataclass(frozen=True)
class Nods:
    """Without `action` and `sign_in` they are only told."""

    kinds: list[Nod]
    action: str = ""
    sign_in: str = ""

    @property
    def is_shown(self) -> bool:
        """There is something to press or to tell."""
        return bool(self.action or self.sign_in or any(nod.count for nod in self.kinds))


@dataclass
class CommentLine:
    """`next_new`: the id of the next one on the page that is new to this fan."""

    comment: Comment
    html: LedText | str = ""
    stance: str = ""
    acts: dict[str, str] = field(default_factory=dict)
    is_new: bool = False
    next_new: int | None = None
    nods: Nods | None = None
    is_muted: bool = False
    hidden_because: HiddenNotice | None = None
    is_shield: ClassVar[bool] = False
    is_fold: ClassVar[bool] = False


@dataclass(frozen=True)
class MoreLine:
    """Answers that are not shown yet. `count` 0: nobody has counted them, or none may be counted out to this viewer.
    `load` is what brings them here; empty where it would bring what stands here already."""

    parent: Comment
    count: int
    has_some: bool
    query: str
    load: str = ""
    is_shield: ClassVar[bool] = False
    is_fold: ClassVar[bool] = False
    is_more: ClassVar[bool] = True

    @property
    def depth(self) -> int:
        return self.parent.depth + 1

    @property
    def href(self) -> str:
        return f"{self.query}#{self.parent.shield_anchor}"


type Line = CommentLine | MoreLine | Shield | Fold


@dataclass(frozen=True)
class Thread:
    start: CommentLine | Shield
    lines: list[Line]
    is_shield: ClassVar[bool] = False
    is_fold: ClassVar[bool] = False

    @property
    def key(self) -> int | str:
        return self.start.id if isinstance(self.start, Shield) else self.start.comment.pk


@dataclass(frozen=True)
class Discussion:
    """`entries` are threads, or shields in the place of whole ones. `is_part`: only one conversation is shown.
    `further` is the query of the next page, `load` what puts it below this one. `shown` are the comments on this page
    whose words this viewer reads."""

    entries: list[Thread | Shield | Fold]
    place: Place
    is_part: bool
    further: str
    load: str
    theory: Theory
    shown: list[CommentLine]

    @property
    def fresh(self) -> list[int]:
        """The ids of what is new to this fan on this page."""
        return [line.comment.pk for line in self.shown if line.is_new]

    def comment(self, pk: int | None) -> Comment | None:
        """One that stands on this page and can be answered."""
        return next((line.comment for line in self.shown if line.comment.pk == pk and "reply" in line.acts), None)

    @property
    def is_first_visit(self) -> bool:
        """Nothing can be marked as new to this fan before they have been here."""
        return self.theory.read_at is None

    @property
    def is_from_start(self) -> bool:
        return self.place.is_plain

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """Each order: its query, its name, whether it is this one."""
        place = replace(self.place, after=(), comment=None)
        is_whole = not self.is_part
        return [
            (replace(place, sort=sort).query(), words, is_whole and sort == place.sort) for sort, words in SORTS.items()
        ]

    @property
    def newest(self) -> str:
        """The query of the page on which what is new stands first."""
        return replace(self.place, sort=NEW, after=(), comment=None).query()

    @property
    def made_at(self) -> int:
        """What a visit has seen."""
        return milliseconds(now())

    @property
    def is_to_be_read(self) -> bool:
        """Something would change if the fan's visit were noted. Nobody talks about what is not posted."""
        return bool(self.theory.unread) or (self.is_first_visit and not self.theory.is_draft)


def discussion(viewer: Viewer, theory: Theory, place: Place, leads: Leads | None = None) -> Discussion:
    """`theory` has been fetched with `threads.with_talk`. A short one is always there as a whole. `leads`: of
    the page on which it stands."""
    if theory.unread and not place.since:
        place = replace(place, since=theory.read_at)
    reader = _Reader(viewer, theory, place, leads or Leads(viewer))
    if theory.said > COMMENTS and place.comment and (found := find_conversation(viewer, theory, place)):
        entries, is_part = reader.conversation(found), True
    else:
        found, is_part = find_threads(viewer, theory, place), False
        entries = reader.threads(found)
    further = place.query(after=found.next_after) if found.next_after else ""
    return Discussion(entries, place, is_part, further, f"{reader.fragment}?{further}", theory, reader.shown)


def further_answers(viewer: Viewer, theory: Theory, place: Place) -> list[Line]:
    """What takes the place of a `MoreLine`. Empty when the comment is not there."""
    found = find_conversation(viewer, theory, place)
    return _Reader(viewer, theory, place, Leads(viewer)).answers(found) if found else []


class _Reader:
    """Makes lines of comments, in the order in which they are read."""

    def __init__(self, viewer: Viewer, theory: Theory, place: Place, leads: Leads) -> None:
        self.viewer, self.theory, self.place, self.leads = viewer, theory, place, leads
        self.fragment = reverse("theories:discussion", args=[theory.pk, theory.slug])
        self.shown: list[CommentLine] = []
        self.below: dict[int | None, list[Comment]] = defaultdict(list)
        self.has_more = False

    def threads(self, found: Found) -> list[Thread | Shield | Fold]:
        self._take(found)
        entries: list[Thread | Shield] = []
        for start in found.starts:
            line = self._line(start)
            lines = self._folded(self._below(start))
            if line is not None:
                entries.append(line if line.is_shield and not lines else Thread(line, lines))
        self._finish()
        return self._folded(entries)

    def conversation(self, found: Found) -> list[Thread]:
        """From the start of its thread straight down to the comment, then what answers it."""
        self._take(found)
        first, *rest = [self._line(comment, is_wanted=True) for comment in found.starts]
        lines = [*rest, *self._below(found.starts[-1]), *self._beside(found.starts)]
        self._finish()
        return [Thread(first, self._folded(lines))]

    def answers(self, found: Found) -> list[Line]:
        self._take(found)
        lines = list(self._below(found.starts[-1]))
        self._finish()
        return self._folded(lines)

    def _take(self, found: Found) -> None:
        self.has_more = found.has_more
        for comment in found.answers:
            self.below[comment.parent_id].append(comment)

    def _below(self, parent: Comment) -> Iterator[Line]:
        told = 0
        for child in self.below[parent.pk]:
            line = self._line(child)
            told += _is_counted(line)
            if line is not None:
                yield line
            yield from self._below(child)
        if more := self._more(parent, told):
            yield more

    def _more(self, parent: Comment, told: int) -> MoreLine | None:
        here = self.below[parent.pk]
        # Of answers that follow a key, nobody has counted how many came before it.
        is_going_on = bool(self.place.after) and parent.pk == self.place.comment
        if not (self.has_more if is_going_on else parent.answers > len(here)):
            return None
        query = self.place.query(after=answer_key(here[-1], self.place.sort) if here else "", thread=parent.pk)
        count = 0 if is_going_on else max(parent.visible - told, 0)
        return MoreLine(parent, count, bool(here), f"?{query}", f"{self.fragment}?{query}")

    def _beside(self, lineage: list[Comment]) -> Iterator[MoreLine]:
        """What else was answered to each that the comment answers, the nearest first."""
        for parent, child in reversed(list(pairwise(lineage))):
            if parent.answers > 1:
                known = next((line for line in self.shown if line.comment.pk == child.pk), None)
                count = max(parent.visible - _is_counted(known), 0)
                yield MoreLine(parent, count, True, f"?{self.place.query(thread=parent.pk)}")

    def _line(self, comment: Comment, *, is_wanted: bool = False) -> CommentLine | Shield | None:
        """None for what a moderator took away, unless somebody answered it or asks for it: then a stone is left in
        its place."""
        viewer = self.viewer
        comment.theory = self.theory
        is_wanted = is_wanted or comment.pk == self.place.comment
        is_own = viewer.fan_id == comment.author_id
        if comment.is_gone and not (is_own and comment.deleted_at is None):
            return CommentLine(comment) if comment.deleted_at or comment.answers or is_wanted else None
        if not viewer.sees(comment, within=self.theory):
            return viewer.shield(comment)
        html = self.leads.text(markup.from_json(comment.compiled).render(granted(viewer, comment), viewer.names))
        line = CommentLine(
            comment, html, _STANCES.get(comment.stance, ""), acts(viewer, comment), self._is_new(comment)
        )
        line.nods = nods(viewer, comment)
        # Whoever comes for this very comment wants to read it.
        line.is_muted = comment.author_id in viewer.muted.fans and comment.pk != self.place.comment
        self.shown.append(line)
        return line

    def _is_new(self, comment: Comment) -> bool:
        since, fan_id = self.place.since, self.viewer.fan_id
        is_others = comment.author_id != fan_id and comment.author_id not in self.viewer.muted.fans
        return bool(fan_id and since and comment.created_at > since and is_others)

    def _finish(self) -> None:
        """What is new leads to what is new next; its author reads why something is hidden."""
        for line, following in pairwise([line for line in self.shown if line.is_new]):
            line.next_new = following.comment.pk
        hidden = {line.comment.pk: line for line in self.shown if line.comment.is_hidden}
        for pk, notice in hidden_notices("comment", hidden).items():
            hidden[pk].hidden_because = notice

    def _folded(self, entries: Iterable[Any]) -> list[Any]:
        """What was asked for stands by itself."""
        listed = list(entries)
        wanted = [n for n, entry in enumerate(listed) if isinstance(entry, Shield) and entry.id == self.place.comment]
        if not wanted:
            return list(folded(listed))
        place = wanted[0]
        return [*folded(listed[:place]), listed[place], *folded(listed[place + 1 :])]


def _is_counted(line: CommentLine | Shield | None) -> bool:
    """Whether it is one of those that `Comment.visible` counts."""
    return isinstance(line, CommentLine) and not line.comment.is_gone


def acts(viewer: Viewer, comment: Comment) -> dict[str, str]:
    """Where this viewer can act on a comment; guests answer by way of the sign-in page."""
    theory, found = comment.theory, {"link": comment.address_at()}
    if not why_no_comment(theory):
        reply = f"?comment={comment.pk}&reply={comment.pk}#reply"
        found["reply"] = reply if viewer.fan_id else _sign_in(theory, reply)
    address = [theory.pk, theory.slug, comment.pk]
    if comment.edited_at:
        found["history"] = reverse("theories:comment_history", args=address)
    if viewer.fan_id != comment.author_id:
        found["report"] = f"{reverse('moderation:report')}?kind=comment&id={comment.pk}"
        return found | (
            {"mute": f"{reverse('accounts:mute')}?kind=fan&id={comment.author_id}"} if viewer.fan_id else {}
        )
    if comment.is_hidden:
        return {}
    if "reply" in found:
        found["edit"] = reverse("theories:comment_edit", args=address)
    return found | {"delete": reverse("theories:comment_delete", args=address)}


def nods(viewer: Viewer, comment: Comment) -> Nods:
    """`comment` has been fetched for this viewer: with their own marks."""
    counts = {MarkKind.FAIR: comment.fair_count, MarkKind.MIND: comment.mind_count}
    own = {MarkKind.FAIR: comment.is_fair, MarkKind.MIND: comment.is_moving}
    kinds = [Nod(kind, counts[kind], own[kind]) for kind in MarkKind]
    if viewer.fan_id == comment.author_id or why_no_nod(comment):
        return Nods(kinds)
    theory = comment.theory
    if not viewer.fan_id:
        return Nods(kinds, sign_in=_sign_in(theory, comment.address_at()))
    return Nods(kinds, action=reverse("theories:comment_mark", args=[theory.pk, theory.slug, comment.pk]))


def _sign_in(theory: Theory, place: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': theory.get_absolute_url() + place})}"
