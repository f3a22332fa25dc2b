"""What a moderator sees of a case: the reports and how right their makers have been, and what its author has done."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from moderation.cases import Case
from moderation.hooks import Figure, author_figures, case_figures
from moderation.models import Decision, Outcome, Report, ReportReason

_OF_AUTHOR = 10


@dataclass(frozen=True)
class Record:
    """`decisions`: the latest about their things and themselves."""

    fan: User
    figures: list[Figure] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)


def reports_about(case: Case) -> QuerySet[Report]:
    """With their makers, and how often moderators have `agreed` with them or `declined`."""
    rows = Report.objects.about(case.key, case.thing.pk).select_related("reporter")
    return rows.annotate(agreed=_history(Outcome.AGREED), declined=_history(Outcome.DECLINED))


def record_of(fan_id: int | None) -> Record | None:
    fan = User.objects.filter(pk=fan_id).first() if fan_id else None
    if fan is None:
        return None
    figures = [figure for told in author_figures for figure in told(fan)]
    return Record(fan, figures, list(fan.decisions_about.all()[:_OF_AUTHOR]))


def figures_of(case: Case) -> list[Figure]:
    return [figure for told in case_figures for figure in told(case.key, case.thing)]


def is_shown(case: Case, viewer: Any, reports: list[Report]) -> bool:
    """Whether what it says may be sent to this moderator unasked: it lies inside their shield, and nobody says that it
    gives away more than that."""
    said = [report.scope for report in reports if report.reason == ReportReason.GIVES_AWAY]
    return case.may_be_read_by(viewer) and all(scope and viewer.inside(scope) for scope in said)


def _history(outcome: Outcome) -> Coalesce:
    rows = Report.objects.filter(reporter=OuterRef("reporter"), outcome=outcome).order_by().values("reporter")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
