"""What an inbox says of decisions, reports and appeals. Things are named by their title only where the reader may know
it."""

from collections.abc import Iterable
from typing import Any

from accounts.hooks import NoticeFinder, NoticeLine, by_object
from accounts.models import User
from moderation.addressing import appeal_address, log_address
from moderation.cases import Case, find_case
from moderation.models import ANSWERS, Act, Appeal, Decision, Outcome, Report

type Cases = dict[tuple[str, int], Case | None]


def finders() -> dict[str, NoticeFinder]:
    return {"decision": by_object(_decisions), "report": by_object(_reports), "appeal": by_object(_appeals)}


def _decisions(viewer: Any, ids: list[int]) -> dict[int, NoticeLine]:
    found = Decision.objects.filter(concerns=viewer.fan_id).in_bulk(ids)
    cases = _cases(found.values())
    return {pk: NoticeLine(_decided(viewer, cases, row), appeal_address(row)) for pk, row in found.items()}


def _decided(viewer: Any, cases: Cases, decision: Decision) -> str:
    return f"{decision.done}: {_named(viewer, cases, decision)}. {decision.words}"


def _reports(viewer: Any, ids: list[int]) -> dict[int, NoticeLine]:
    rows = Report.objects.filter(reporter=viewer.fan_id, decision__in=ids).select_related("decision")
    reports = {report.decision_id: report for report in rows}
    cases = _cases(report.decision for report in reports.values())
    return {
        pk: NoticeLine(
            f"You reported {_named(viewer, cases, report.decision)}. {_became(report)}", log_address(report.decision)
        )
        for pk, report in reports.items()
    }


def _became(report: Report) -> str:
    done = report.decision.done.lower()
    if report.outcome == Outcome.AGREED:
        return f"A moderator agreed: {done}"
    if ANSWERS.get(Act(report.decision.act)) == Outcome.AGREED:
        return f"A moderator agreed: {done}. On appeal another did not"
    return f"A moderator looked: {done}"


def _appeals(viewer: Any, ids: list[int]) -> dict[int, NoticeLine]:
    found = Appeal.objects.filter(fan=viewer.fan_id).exclude(judged_at=None).select_related("decision").in_bulk(ids)
    return {pk: NoticeLine(_judged(appeal), appeal_address(appeal.decision)) for pk, appeal in found.items()}


def _judged(appeal: Appeal) -> str:
    told = "taken back on your appeal" if appeal.is_granted else "your appeal was dismissed"
    return f"{appeal.decision.done}: {told}. {appeal.answer}"


def _cases(decisions: Iterable[Decision]) -> Cases:
    return {about: find_case(*about) for about in {decision.about for decision in decisions}}


def _named(viewer: Any, cases: Cases, decision: Decision) -> str:
    case = cases[decision.about]
    if case and isinstance(case.thing, User) and case.thing.pk == viewer.fan_id:
        return "your account"
    if case and case.author_id == viewer.fan_id and not case.title_for(viewer):
        return f"your {case.kind.noun} “{case.excerpt}”"
    return case.named_for(viewer) if case else decision.about_words
