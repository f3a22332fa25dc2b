"""What a fan takes along of the house's dealings with them. Who decided is not among it."""

from collections.abc import Iterator

from accounts.exporting import rows
from accounts.hooks import ExportPart
from accounts.models import User


def parts(fan: User) -> Iterator[ExportPart]:
    reported = ("kind", "object_id", "reason", "words", "scope", "created_at", "outcome")
    yield ExportPart("reports.json", rows(fan.reports, *reported))
    decided = ("id", "act", "kind", "object_id", "reason", "words", "created_at", "until")
    yield ExportPart("decisions.json", rows(fan.decisions_about, *decided))
    appealed = ("decision_id", "words", "made_at", "judged_at", "is_granted", "answer")
    yield ExportPart("appeals.json", rows(fan.appeals, *appealed))
