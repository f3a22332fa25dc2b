"""What lore has of somebody who leaves. What became part of a page stays, as its licence says, without their name."""

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Departure, User
from accounts.unnaming import NOBODY, Traces, fitting, unname
from lore.editing import make_current
from lore.gallery import ours
from lore.models import (
    Change,
    Draft,
    Image,
    Kept,
    Page,
    PictureSuggestion,
    Review,
    Revision,
    ScheduledEdit,
    Seen,
    Suggestion,
)
from lore.uploads import remove_image

_WORDS = ("title", "lead", "hatnote", "facts", "body", "comment")
_MERGED_AT_ONCE = 200
"""Pages of the full-text index."""
_LEAST_CHANGES = 2
_WAITING = (Review.OPEN, Review.DECLINED, Review.WITHDRAWN)


def erase(fan: User, posts: str) -> None:
    traces = Traces.of(fan)
    with transaction.atomic():
        for model in (Seen, Kept, Draft):
            model.objects.filter(fan=fan).delete()
        _forget_suggestions(fan, posts)
        _forget_pictures(fan, traces)
        unname(Suggestion, traces, *_WORDS, "reason")
        unname(PictureSuggestion, traces, "comment", "reason")
        unname(ScheduledEdit, traces, *_WORDS)
        unname(Draft, traces, "fields")
        unname(Image, traces, "alt", "credit")
        by = Traces.in_words_by(fan)
        unname(Suggestion.objects.filter(author=fan), by, *_WORDS)
        unname(PictureSuggestion.objects.filter(author=fan), by, "comment")
        unname(Image.objects.filter(uploader=fan), by, "alt", "credit")
        for change in traces.in_rows(Change, "reason"):
            Change.objects.filter(pk=change.pk).update(reason="")
    for revision in traces.in_rows(Revision.objects.order_by("pk"), *_WORDS, "compiled"):
        _unname_revision(revision, traces)


def clear_search() -> None:
    """SQLite's full-text index only marks what is taken out of it: the words stay in the file until the parts that hold
    them are merged. In small steps, so that writers get in between."""
    if connection.vendor != "sqlite":
        return
    pages = -_MERGED_AT_ONCE  # the first time: all parts into one
    while _merged(pages):
        pages = _MERGED_AT_ONCE


def _merged(pages: int) -> bool:
    """Whether there was anything left to merge. A step that only says that it was asked for changes one row."""
    with transaction.atomic(), connection.cursor() as cursor:
        before = connection.connection.total_changes
        cursor.execute("INSERT INTO lore_searchindex(lore_searchindex, rank) VALUES ('merge', %s)", [pages])
        return connection.connection.total_changes - before >= _LEAST_CHANGES


def _forget_suggestions(fan: User, posts: str) -> None:
    Suggestion.objects.filter(author=fan, state=Review.OPEN).update(state=Review.WITHDRAWN)
    if posts == Departure.Posts.REMOVE:
        Suggestion.objects.filter(author=fan, state__in=_WAITING).delete()


def _forget_pictures(fan: User, traces: Traces) -> None:
    """Those that stand nowhere go with their files; of the others the credit loses the name."""
    for suggestion in PictureSuggestion.objects.filter(author=fan, state__in=_WAITING).select_related("image"):
        remove_image(suggestion.image)
    own = ours().filter(uploader=fan)
    for image in own.filter(leads=None, pages=None).filter(Q(suggestion=None) | Q(is_public=False)):
        remove_image(image)
    called = Q(pk__in=[])
    for name in {fan.display_name, *traces.usernames}:
        called |= Q(credit__iexact=name)
    Image.objects.filter(called, uploader=fan).update(credit=NOBODY)


def _unname_revision(revision: Revision, traces: Traces) -> None:
    """As a redaction does: the only way in which one ever changes. Where it stood, the history tells."""
    with transaction.atomic():
        page = Page.objects.select_for_update().get(pk=revision.page_id)
        words = {name: fitting(revision, name, traces) for name in (*_WORDS, "compiled")}
        if all(words[name] == getattr(revision, name) for name in words):
            return
        Revision.objects.filter(pk=revision.pk).update(**words, redacted_at=timezone.now())
        if page.current_id == revision.pk:
            make_current(page, Revision.objects.get(pk=revision.pk))
