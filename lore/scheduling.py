"""Edits that wait for their hour. Until then nothing of them is on the page; then each becomes a revision, brought
together with what was saved meanwhile."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from lore.arranging import Changes, add_whole_page, hold
from lore.diff import LABELS
from lore.drafting import drop_draft, keep_prose_as_draft
from lore.editing import Conflict, reindex, save_revision
from lore.merging import Merged, merge
from lore.models import Page, Revision, ScheduledEdit
from lore.permissions import may_edit_lore
from lore.prose import Prose, compile_prose, scope_of

_LONGEST_FAULT = ScheduledEdit._meta.get_field("fault").max_length
_EXCLUDED = ["page", "editor", "based_on"]


def schedule(
    page: Page,
    prose: Prose,
    *,
    publish_at: datetime,
    editor: User,
    comment: str,
    based_on: int | None,
    replaces: int | None = None,
) -> ScheduledEdit:
    """One for each page: it takes the place of one's own, and of another's only where `replaces` names it (whoever
    wrote that gets it back as a draft). Raises Conflict otherwise, and when the page moved on from `based_on`."""
    _require_future(publish_at)
    with transaction.atomic():
        held = hold(page, based_on)
        _make_room(held, editor, replaces)
        waiting = _written(held, prose, publish_at=publish_at, editor=editor, comment=comment)
        drop_draft(editor, held)
    return waiting


def schedule_new_page(
    prose: Prose, changes: Changes, *, slug: str, publish_at: datetime, editor: User, comment: str
) -> Page:
    """The page has its address at once, and is not read before its hour."""
    _require_future(publish_at)
    try:
        with transaction.atomic():
            page = add_whole_page(prose, changes | {"is_published": False}, slug=slug, editor=editor)
            _written(page, prose, publish_at=publish_at, editor=editor, comment=comment)
            drop_draft(editor, None)
    except IntegrityError:
        raise ValidationError({"slug": "Somebody else has begun a page at this address just now."}, code="taken")
    return page


def _require_future(publish_at: datetime) -> None:
    if publish_at <= timezone.now():
        raise ValidationError({"publish_at": "That hour has passed. Choose one to come, or save it now."})


def _make_room(page: Page, editor: User, replaces: int | None) -> None:
    other = ScheduledEdit.objects.filter(page=page).first()
    if other is None:
        return
    if other.editor_id not in {editor.pk, None} and other.pk != replaces:
        raise Conflict("Another editor’s text is waiting to be published here already.", code="scheduled")
    if other.editor_id != editor.pk:
        _hand_back(other, page)
    other.delete()


def _written(page: Page, prose: Prose, **about: object) -> ScheduledEdit:
    waiting = ScheduledEdit(page=page, based_on=page.current, **prose.fields, **about)
    waiting.scope = page.scope | scope_of(compile_prose(prose))
    waiting.full_clean(exclude=_EXCLUDED)
    waiting.save()
    return waiting


# Its hour


def publish_due(now: datetime | None = None) -> list[Revision]:
    """Safe twice and at once: each edit is published by whoever holds its page, and is gone for the next."""
    due = ScheduledEdit.objects.filter(fault="", publish_at__lte=now or timezone.now())
    return [revision for waiting in list(due) if (revision := publish(waiting))]


def publish(waiting: ScheduledEdit) -> Revision | None:
    """Makes it a revision. Where that cannot be, it stays, and says why (`fault`)."""
    with transaction.atomic():
        page = Page.objects.select_for_update(of=("self",)).select_related("current").get(pk=waiting.page_id)
        found = ScheduledEdit.objects.filter(pk=waiting.pk).select_related("editor", "based_on").first()
        if found is None:
            return None
        try:
            with transaction.atomic():
                revision = _saved(page, found)
        except ValidationError as problem:
            found.fault = " ".join(problem.messages)[:_LONGEST_FAULT]
            found.save(update_fields=["fault"])
            return None
        found.delete()
    return revision


def _saved(page: Page, waiting: ScheduledEdit) -> Revision:
    if page.deleted_at:
        raise ValidationError("The page was deleted.")
    if waiting.editor is None or not may_edit_lore(waiting.editor):
        raise ValidationError("Whoever planned it is no longer an editor.")
    merged = as_it_would_stand(waiting, page)
    if not merged.is_clean:
        fields = ", ".join(LABELS[name].lower() for name in merged.conflicts)
        raise ValidationError(f"The page was saved meanwhile, and both changed the same place: {fields}.")
    if page.current and merged.prose == Prose.of(page.current):
        return page.current
    is_first = page.current is None
    page.is_published = page.is_published or is_first
    page.save(update_fields=["is_published"])
    revision = save_revision(page, merged.prose, editor=waiting.editor, comment=waiting.comment)
    if is_first:
        reindex(page)
    return revision


def as_it_would_stand(waiting: ScheduledEdit, page: Page) -> Merged:
    mine = Prose.of(waiting)
    if page.current is None or waiting.based_on_id in {page.current_id, None}:
        return Merged(mine, True, ())
    return merge(Prose.of(waiting.based_on), mine, Prose.of(page.current))


def unschedule(waiting: ScheduledEdit) -> Page | None:
    """Calls it off: its writer gets the text back as a draft. A page that was yet to come goes with it, unless
    something stands there already; else the page is returned."""
    with transaction.atomic():
        page = Page.objects.select_for_update().get(pk=waiting.page_id)
        found = ScheduledEdit.objects.filter(pk=waiting.pk).first()
        if found is None:
            return page
        is_to_come = page.current_id is None and not page.claims.exists()
        _hand_back(found, None if is_to_come else page)
        found.delete()
        if is_to_come:
            page.delete()
    return None if is_to_come else page


def _hand_back(waiting: ScheduledEdit, page: Page | None) -> None:
    if waiting.editor is None:
        return
    more = {"comment": waiting.comment}
    if page is None:
        more |= {"slug": waiting.page.slug, "kind": waiting.page.kind}
    elif waiting.based_on_id:
        more["based_on"] = str(waiting.based_on_id)
    keep_prose_as_draft(waiting.editor, page, Prose.of(waiting), **more)
