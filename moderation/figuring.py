"""How the house is kept, in numbers that hold nobody's name."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import Count, QuerySet
from django.utils import timezone

from moderation.models import Act, Appeal, Decision, DecisionReason, Outcome, Report

LATELY = timedelta(days=90)
_MOST = 5_000
"""So many of the latest reports make the median."""


@dataclass(frozen=True)
class Figures:
    """`median_wait` is None while nobody has decided about a report lately."""

    median_wait: timedelta | None
    reports: int
    agreed: int
    waiting: int
    acts: list[tuple[str, int]]
    reasons: list[tuple[str, int]]
    automatic: int
    appeals: int
    judged: int
    granted: int

    @property
    def wait_words(self) -> str:
        hours = (self.median_wait or timedelta()) / timedelta(hours=1)
        if hours < 1:
            return f"{max(1, round(60 * hours))} min"
        return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"

    @property
    def granted_share(self) -> int | None:
        """Per cent of the judged appeals."""
        return round(100 * self.granted / self.judged) if self.judged else None


def figures() -> Figures:
    """Of the last LATELY; what waits, of now."""
    since = timezone.now() - LATELY
    decisions = Decision.objects.filter(created_at__gte=since).order_by()
    decided = Report.objects.filter(closed_at__gte=since, is_machine=False).exclude(decision=None)
    appeals = Appeal.objects.filter(made_at__gte=since)
    return Figures(
        median_wait=_median_wait(decided),
        reports=decided.count(),
        agreed=decided.filter(outcome=Outcome.AGREED).count(),
        waiting=Report.objects.filter(outcome=Outcome.OPEN).count(),
        acts=_counted(decisions, "act", {act.value: act.done for act in Act}),
        reasons=_counted(decisions, "reason", dict(DecisionReason.choices)),
        automatic=decisions.filter(is_automatic=True).count(),
        appeals=appeals.count(),
        judged=appeals.exclude(judged_at=None).count(),
        granted=appeals.filter(is_granted=True).count(),
    )


def _median_wait(decided: QuerySet[Report]) -> timedelta | None:
    """From the report to the decision."""
    times = decided.order_by("-closed_at").values_list("created_at", "closed_at")[:_MOST]
    waits = [closed - made for made, closed in times]
    return timedelta(seconds=median(wait.total_seconds() for wait in waits)) if waits else None


def _counted(decisions: QuerySet[Decision], column: str, words: dict[str, str]) -> list[tuple[str, int]]:
    rows = decisions.values_list(column).annotate(n=Count("pk")).order_by("-n", column)
    return [(words[value], count) for value, count in rows]
