"""What a fan takes along of theories: what they wrote and what they said of others'."""

from collections.abc import Iterator

from accounts.exporting import rows
from accounts.hooks import ExportPart
from accounts.models import User
from theories.models import (
    Appeal,
    CaseVersion,
    Citation,
    Clarification,
    CommentVersion,
    Manuscript,
    Objection,
    Score,
    Second,
    Theory,
    TurnTaken,
)

_CASE = ("claim", "case", "criteria", "scope")


def parts(fan: User) -> Iterator[ExportPart]:
    about = (
        "due",
        "due_work__slug",
        "state",
        "outcome",
        "picture_id",
        "succeeds_id",
        "created_at",
        "opened_at",
        "edited_at",
    )
    yield ExportPart("theories.json", rows(fan.theories, "id", *_CASE, *about))
    cited = Citation.objects.filter(theory__author=fan)
    yield ExportPart("citations.json", rows(cited, "theory_id", "claim__key", "page__slug", "leaning"))
    tagged = Theory.tags.through.objects.filter(theory__author=fan)
    yield ExportPart("tags.json", rows(tagged, "theory_id", "tag__slug"))
    versions = CaseVersion.objects.filter(theory__author=fan)
    yield ExportPart("theory-versions.json", rows(versions, "theory_id", "number", *_CASE, "created_at"))
    clarified = Clarification.objects.filter(theory__author=fan)
    yield ExportPart("clarifications.json", rows(clarified, "theory_id", "text", "made_at"))
    typed = Manuscript.objects.filter(fan=fan)
    yield ExportPart("theories-being-written.json", rows(typed, "theory_id", "fields", "saved_at"))
    said = ("id", "theory_id", "parent_id", "text", "scope", "stance", "created_at", "edited_at", "deleted_at")
    yield ExportPart("comments.json", rows(fan.comments, *said))
    older = CommentVersion.objects.filter(comment__author=fan)
    yield ExportPart("comment-versions.json", rows(older, "comment_id", "number", "text", "written_at"))
    vote = ("theory_id", "value", "is_void", "is_held", "cast_at", "changed_at")
    yield ExportPart("votes.json", rows(fan.votes, *vote))
    yield ExportPart("forecasts.json", rows(fan.forecasts, "theory_id", "probability", "made_at", "stood_until"))
    yield ExportPart("scores.json", rows(Score.objects.filter(fan=fan), "theory_id", "brier", "crowd_brier", "season"))
    yield ExportPart("badges.json", rows(fan.badges, "key", "theory_id", "granted_at"))
    yield ExportPart("marks.json", rows(fan.marks, "comment_id", "kind", "made_at"))
    yield ExportPart("visits.json", rows(fan.visits, "theory_id", "read_at"))
    yield ExportPart(
        "resolutions.json",
        {
            "proposed": rows(fan.proposals, "theory_id", "outcome", "evidence", "happened_on", "made_at", "ending"),
            "seconded": rows(Second.objects.filter(fan=fan), "proposal__theory_id", "made_at"),
            "objected": rows(Objection.objects.filter(fan=fan), "proposal__theory_id", "reason", "made_at"),
            "turns": rows(TurnTaken.objects.filter(actor=fan), "theory_id", "turn", "outcome", "words", "taken_at"),
            "appealed": rows(Appeal.objects.filter(fan=fan), "theory_id", "reason", "made_at", "words"),
        },
    )
