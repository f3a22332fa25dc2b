"""What a fan takes along of the house's dealings with them, and of what they did as moderators. Who decided about
them is not among it."""

from collections.abc import Iterator

from accounts.exporting import rows
from accounts.hooks import ExportPart
from accounts.models import User
from moderation.models import Appeal


def parts(fan: User) -> Iterator[ExportPart]:
    reported = ("kind", "object_id", "reason", "words", "scope", "created_at", "outcome")
    yield ExportPart("reports.json", rows(fan.reports, *reported))
    decided = ("id", "act", "kind", "object_id", "reason", "words", "created_at", "until")
    yield ExportPart("decisions.json", rows(fan.decisions_about, *decided))
    made = ("id", "act", "kind", "object_id", "reason", "words", "created_at", "until")
    yield ExportPart("decisions-made.json", rows(fan.decisions, *made))
    judged = Appeal.objects.filter(judge=fan)
    yield ExportPart("appeals-judged.json", rows(judged, "decision_id", "judged_at", "is_granted", "answer"))
    appealed = ("decision_id", "words", "made_at", "judged_at", "is_granted", "answer")
    yield ExportPart("appeals.json", rows(fan.appeals, *appealed))
