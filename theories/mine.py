"""What a fan has on the site themselves: what waits for them, what they posted, voted on and forecast."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from lore.spoilers import Fold, Shield, Viewer, folded
from theories.models import NONE, Forecast, Manuscript, Proposal, Score, State, Theory, Vote
from theories.outlook import late_for
from theories.resolving_permissions import may_second

SIZE = 25
MOST_WAITING = 10
_LARGEST = 2**63 - 1
_SHOWN = ("theory__author", "theory__due_work")


@dataclass(frozen=True)
class Line:
    """A theory, and what the fan said of it. `late_since`: their forecast does not score, since it came when the world
    could know, from that day on."""

    theory: Theory
    stance: int = NONE
    probability: int | None = None
    score: Score | None = None
    late_since: date | None = None
    is_shield: ClassVar[bool] = False
    is_fold: ClassVar[bool] = False


@dataclass(frozen=True)
class Awaiting:
    """What waits for the fan; of each the first few."""

    due: list[Theory]
    to_second: list[Proposal]
    drafts: list[Theory]
    manuscripts: list[Manuscript]

    @property
    def is_nothing(self) -> bool:
        return not (self.due or self.to_second or self.drafts or self.manuscripts)


@dataclass(frozen=True)
class Own:
    show: str
    entries: list[Line | Shield | Fold]
    is_first: bool
    next_key: int | None

    @property
    def further(self) -> str:
        return f"?show={self.show}&after={self.next_key}" if self.next_key else ""


def awaiting(viewer: Viewer, fan: User) -> Awaiting:
    own = Theory.objects.filter(author=fan)
    due = own.filter(state=State.OPEN, closes_at__lte=timezone.now(), is_hidden=False).order_by("closes_at", "id")
    drafts = own.filter(state=State.DRAFT).order_by("-edited_at", "-id")
    typed = Manuscript.objects.open_to(viewer).select_related("theory")
    waiting = (due, to_second(viewer, fan), drafts, typed)
    return Awaiting(*(list(rows[:MOST_WAITING]) for rows in waiting))


def to_second(viewer: Viewer, fan: User) -> QuerySet[Proposal]:
    """Proposals that this fan may second, those that have waited longest first."""
    return may_second(fan, Proposal.objects.visible_to(viewer)).select_related("theory").order_by("id")


def own_list(viewer: Viewer, fan: User, show: str, after: str) -> Own:
    """One page of what the fan `posted`, `voted` on or `forecast`, the newest first."""
    show = show if show in _LISTS else "posted"
    key = int(after) if after.isascii() and after.isdecimal() and 0 < int(after[:20]) <= _LARGEST else None
    rows, line_of = _LISTS[show]
    found = rows(fan).order_by("-pk")
    found = list((found.filter(pk__lt=key) if key else found)[: SIZE + 1])
    lines = line_of(fan, found[:SIZE])
    entries = folded(line if viewer.sees(line.theory) else viewer.shield(line.theory) for line in lines)
    return Own(show, list(entries), key is None, found[SIZE - 1].pk if len(found) > SIZE else None)


def _posted(fan: User) -> QuerySet[Theory]:
    return Theory.objects.filter(author=fan).exclude(state=State.DRAFT).select_related("due_work")


def _posted_lines(fan: User, theories: Sequence[Theory]) -> Iterable[Line]:
    return (Line(theory) for theory in theories)


def _voted(fan: User) -> QuerySet[Vote]:
    votes = Vote.objects.filter(fan=fan, theory__is_hidden=False).exclude(value=NONE)
    return votes.select_related(*_SHOWN)


def _voted_lines(fan: User, votes: Sequence[Vote]) -> Iterable[Line]:
    return (Line(vote.theory, stance=vote.value) for vote in votes)


def _forecast(fan: User) -> QuerySet[Forecast]:
    """The last word on each theory, unless it was taken back."""
    rows = Forecast.objects.filter(fan=fan, stood_until=None, theory__is_hidden=False)
    return rows.select_related(*_SHOWN)


def _forecast_lines(fan: User, forecasts: Sequence[Forecast]) -> Iterable[Line]:
    theories = [forecast.theory_id for forecast in forecasts]
    scores = {score.theory_id: score for score in Score.objects.filter(fan=fan, theory__in=theories)}
    for forecast in forecasts:
        theory, score = forecast.theory, scores.get(forecast.theory_id)
        late = late_for(theory, forecast.made_at) if theory.scored_at and not score else None
        yield Line(theory, probability=forecast.probability, score=score, late_since=late)


type _Lister = tuple[Callable[[User], QuerySet], Callable[[User, Sequence], Iterable[Line]]]
_LISTS: dict[str, _Lister] = {
    "posted": (_posted, _posted_lines),
    "voted": (_voted, _voted_lines),
    "forecast": (_forecast, _forecast_lines),
}
TABS = (("posted", "Posted"), ("voted", "Voted on"), ("forecast", "Forecast"))
