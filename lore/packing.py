"""What a fan takes along of lore: what they saw, wrote and suggested, and every picture that they sent."""

from collections.abc import Iterator
from functools import partial

from accounts.exporting import read_file, rows
from accounts.hooks import ExportPart
from accounts.models import User
from lore.models import (
    Change,
    Draft,
    Image,
    Kept,
    PictureSuggestion,
    Revision,
    ScheduledEdit,
    Seen,
    Suggestion,
    Work,
)

_TEXT = ("title", "lead", "hatnote", "facts", "body", "comment")


def parts(fan: User) -> Iterator[ExportPart]:
    seen = Seen.objects.filter(fan=fan).first()
    works = [work.slug for work in Work.objects.all() if seen and seen.works & work.mask]
    kept = rows(Kept.objects.filter(fan=fan), "kind", "object_id")
    yield ExportPart("seen.json", {"works": works, "kept_revealed": kept})
    written = Revision.objects.filter(editor=fan, credited_to=None)
    revised = written | Revision.objects.filter(credited_to=fan)
    yield ExportPart("lore-revisions.json", rows(revised, "page__slug", "number", *_TEXT, "created_at"))
    suggested = ("page__slug", *_TEXT, "state", "reason", "created_at", "decided_at")
    yield ExportPart("lore-suggestions.json", rows(Suggestion.objects.filter(author=fan), *suggested))
    pictures = ("page__slug", "image_id", "comment", "state", "reason", "created_at", "decided_at")
    yield ExportPart("picture-suggestions.json", rows(PictureSuggestion.objects.filter(author=fan), *pictures))
    yield ExportPart("lore-being-written.json", rows(Draft.objects.filter(fan=fan), "page__slug", "fields", "saved_at"))
    waiting = ScheduledEdit.objects.filter(editor=fan)
    yield ExportPart("lore-waiting.json", rows(waiting, "page__slug", *_TEXT, "publish_at"))
    changed = Change.objects.filter(actor=fan, credited_to=None) | Change.objects.filter(credited_to=fan)
    yield ExportPart("lore-changes.json", rows(changed, "page__slug", "claim__key", "kind", "reason", "happened_at"))
    decided = ("page__slug", "state", "reason", "decided_at")
    reviews = [rows(model.objects.filter(reviewer=fan), *decided) for model in (Suggestion, PictureSuggestion)]
    yield ExportPart("lore-reviews.json", dict(zip(("texts", "pictures"), reviews, strict=True)))
    own = Image.objects.filter(uploader=fan)
    yield ExportPart("pictures.json", rows(own, "id", "alt", "credit", "licence", "scope", "is_public", "created_at"))
    for image in own.order_by("pk"):
        yield ExportPart(f"pictures/{image.pk}.webp", read=partial(read_file, image.original))
