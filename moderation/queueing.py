"""Cases that wait for a moderator: open reports, by the thing that they are about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.utils.text import Truncator

from accounts.models import User
from moderation.cases import Case, find_case
from moderation.claiming import ClaimedByAnother, standing
from moderation.deciding import decide
from moderation.hooks import kinds
from moderation.models import Act, CaseClaim, DecisionReason, Outcome, Report, ReportReason
from moderation.permissions import why_no_judge_of
from moderation.reporting import close_gone

PAGE = 25
ORDERS = {"weight": ("-total", "first"), "oldest": ("first", "-total")}
ADVERTISING = "Spam or advertising."
GIVES_AWAY = ReportReason.GIVES_AWAY.value
_LONGEST_EXCERPT = 160


@dataclass(frozen=True)
class OpenCase:
    """`reasons`: each with how many gave it. `case` None: it is not there any more. `title` and `excerpt` are empty
    where it may give away what the viewer has not seen."""

    key: str
    pk: int
    weight: float
    reports: int
    first: datetime
    reasons: list[tuple[str, int]]
    case: Case | None
    title: str
    excerpt: str
    claim: CaseClaim | None

    @property
    def value(self) -> str:
        return f"{self.key}-{self.pk}"

    @property
    def can_be_hidden(self) -> bool:
        return self.case is not None and Act.HIDE in self.case.acts

    @property
    def can_be_chosen(self) -> bool:
        """What is not there any more is closed."""
        return self.case is None or self.can_be_hidden


@dataclass(frozen=True)
class Filters:
    reason: str = ""
    kind: str = ""
    order: str = "weight"

    @classmethod
    def of(cls, asked: Any) -> "Filters":
        """What is not known narrows nothing."""
        reason, kind, order = (asked.get(name, "") for name in ("reason", "kind", "order"))
        return cls(
            reason if reason in ReportReason.values else "",
            kind if kind in kinds else "",
            order if order in ORDERS else "weight",
        )


def open_cases(viewer: Any, filters: Filters, page: int = 1) -> tuple[list[OpenCase], bool]:
    """One page of them, and whether there are more."""
    start = (page - 1) * PAGE
    rows = list(_grouped(filters)[start : start + PAGE + 1])
    shown, found = rows[:PAGE], []
    claims = {(claim.kind, claim.object_id): claim for claim in standing()}
    for row in shown:
        about = row["kind"], row["object_id"]
        case = find_case(*about)
        title, excerpt = _said(case, viewer, row[GIVES_AWAY]) if case else ("", "")
        reasons = [(reason.label, row[reason.value]) for reason in ReportReason if row[reason.value]]
        weighed = row["total"], row["reports"], row["first"]
        found.append(OpenCase(*about, *weighed, reasons, case, title, excerpt, claims.get(about)))
    return found, len(rows) > PAGE


def next_case(moderator: User, besides: Case, claims: Iterable[CaseClaim]) -> Case | None:
    """The weightiest of those that this moderator may decide about and nobody else has claimed."""
    taken = {(claim.kind, claim.object_id) for claim in claims if claim.moderator_id != moderator.pk}
    for row in _grouped(Filters())[:PAGE]:
        about = row["kind"], row["object_id"]
        case = None if about in taken | {(besides.key, besides.thing.pk)} else find_case(*about)
        if case and not why_no_judge_of(moderator, case):
            return case
    return None


def counts() -> dict[str, int]:
    """How many open reports there are of each reason."""
    rows = Report.objects.filter(outcome=Outcome.OPEN).order_by().values_list("reason").annotate(n=Count("pk"))
    return dict(rows)


def hide_as_spam(moderator: User, cases: Iterable[tuple[str, int]], words: str) -> tuple[int, list[str]]:
    """How many were hidden, and for each of the others why not. Each is a decision and a transaction of its own."""
    done, refusals = 0, []
    for kind, pk in cases:
        try:
            decide(moderator, kind, pk, Act.HIDE, DecisionReason.SPAM, words.strip() or ADVERTISING)
            done += 1
        except ClaimedByAnother as problem:
            refusals.append(f"{kind} {pk}: {problem.claimed}")
        except (ValidationError, PermissionDenied) as problem:
            told = problem.messages[0] if isinstance(problem, ValidationError) else str(problem)
            refusals.append(f"{kind} {pk}: {told}")
    return done, refusals


def _said(case: Case, viewer: Any, gives_away: int) -> tuple[str, str]:
    """What of it may be sent unasked; nothing of what readers say gives more away than it declares."""
    if not case.may_be_read_by(viewer) or (gives_away and not _has_seen_all(viewer)):
        return "", ""
    title = case.title_for(viewer)
    return title, Truncator(case.text.removeprefix(title).strip()).chars(_LONGEST_EXCERPT)


def _has_seen_all(viewer: Any) -> bool:
    return all(viewer.inside(1 << work.bit) for work in viewer.works)


def close_absent(cases: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Ends the reports about what is not there any more; which those were."""
    absent = [about for about in cases if find_case(*about) is None]
    for about in absent:
        close_gone(*about)
    return absent


def _grouped(filters: Filters) -> QuerySet[Report, dict[str, Any]]:
    rows = Report.objects.filter(outcome=Outcome.OPEN).order_by().values("kind", "object_id")
    by_reason = {reason.value: Count("pk", filter=Q(reason=reason)) for reason in ReportReason}
    sums = {"reports": Count("pk"), "first": Min("created_at"), "last": Max("pk")}
    # By another name than the column's: what is filtered would else be its sum.
    found = rows.annotate(total=Sum("weight"), **sums, **by_reason)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.reason:
        found = found.filter(**{f"{filters.reason}__gt": 0})
    return found.order_by(*ORDERS[filters.order], "last")
