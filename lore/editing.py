"""Writing pages: every save is a revision, and the links, addresses and search entries that follow from it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from lore import markup
from lore.addressing import claim_address
from lore.changing import note
from lore.indexing import index_claim, index_page
from lore.linking import recompile, refresh_linkers, refresh_linking_pages, rewrite_links
from lore.models import ChangeKind, Page, Revision
from lore.prose import Prose, compile_prose, scope_of, scope_touched
from lore.redacting import Swept, holds, passages, sweep


class Conflict(ValidationError):
    """Somebody else saved the page meanwhile."""


def create_page(
    prose: Prose, *, slug: str, kind: str, scope: int = 0, editor: User | None = None, comment: str = "", **fields: Any
) -> Page:
    with transaction.atomic():
        page = add_page(slug=slug, title=prose.title, kind=kind, scope=scope, **fields)
        save_revision(page, prose, editor=editor, comment=comment)
    return page


def add_page(*, slug: str, title: str, kind: str, scope: int = 0, **fields: Any) -> Page:
    """A page without prose yet: it has its address, so that others can link to it, and nobody reads it."""
    page = Page(slug=slug, title=title, kind=kind, scope=scope, changed_at=timezone.now(), **fields)
    page.full_clean(exclude=["current"])
    page.save()
    claim_address(page, slug)
    return page


def save_revision(
    page: Page,
    prose: Prose,
    *,
    editor: User | None,
    comment: str = "",
    based_on: Revision | int | None = None,
    credited_to: User | None = None,
    kind: ChangeKind = ChangeKind.EDITED,
) -> Revision:
    """Makes `prose` the page's current revision. With `based_on` (a revision or its id), raises Conflict if that is
    no longer the current one."""
    with transaction.atomic():
        held = Page.objects.select_for_update().get(pk=page.pk)
        if based_on is not None and held.current_id != getattr(based_on, "pk", based_on):
            raise Conflict("Somebody else saved this page while you wrote.", code="conflict")
        number = (held.revisions.aggregate(last=Max("number"))["last"] or 0) + 1
        revision = Revision(
            page=held,
            number=number,
            editor=editor,
            credited_to=credited_to,
            comment=comment,
            based_on=held.current,
            **prose.fields,
        )
        revision.compiled = compile_prose(prose)
        # The page may come to give away less, with what was safe under its shield moved into a block.
        revision.scope = held.scope | scope_of(revision.compiled)
        revision.full_clean(exclude=["page", "based_on", "editor", "credited_to"])
        revision.save()
        _log(revision, held.current, ChangeKind.CREATED if number == 1 else kind)
        make_current(page, revision)
    return revision


def _log(revision: Revision, before: Revision | None, kind: ChangeKind) -> None:
    note(
        kind,
        revision.page,
        revision.editor,
        revision.comment,
        revision=revision,
        credited_to=revision.credited_to,
        scope=scope_touched(before and before.compiled, revision.compiled) | _scope_around(before),
    )


def _scope_around(revision: Revision | None) -> int:
    """What the page as a whole gave away when this text stood on it."""
    return revision.scope & ~scope_of(revision.compiled) if revision else 0


def make_current(page: Page, revision: Revision) -> None:
    page.title, page.current, page.changed_at = revision.title, revision, timezone.now()
    page.summary = summary_of(revision)
    page.save(update_fields=["title", "current", "changed_at", "summary"])
    rewrite_links(page, revision)
    if revision.number == 1:  # claims and events may have wanted it, too
        refresh_linkers(page)
    else:
        refresh_linking_pages(page)
    index_page(page)


def summary_of(revision: Revision) -> str:
    """What cards and previews show: the lead, its spoilers left out."""
    return markup.from_json(revision.compiled["lead"]).plain(lambda scope: scope == 0)[:400]


def restore_revision(
    page: Page, old: Revision, *, editor: User, comment: str = "", based_on: int | None = None
) -> Revision:
    """Brings back the prose of an older revision as a new one. Claims have their own trail and stay."""
    why = comment or f"Revision {old.number} brought back"
    return save_revision(page, Prose.of(old), editor=editor, comment=why, based_on=based_on, kind=ChangeKind.RESTORED)


def redact(revision: Revision, prose: Prose, *, editor: User, reason: str) -> Swept:
    """Takes personal data out of a revision: the only way in which one ever changes, and the log says so. Its comment
    goes too, since nobody can tell what it named; and the same words out of whatever else is written on the page."""
    found = passages(Prose.of(revision), prose)
    if not reason.strip() or holds(reason, found):
        raise ValidationError({"reason": "Say why, without repeating what you take out."})
    with transaction.atomic():
        page = Page.objects.select_for_update().get(pk=revision.page_id)
        compiled = compile_prose(prose)
        Revision.objects.filter(pk=revision.pk).update(
            **prose.fields,
            compiled=compiled,
            scope=revision.scope | scope_of(compiled),
            comment="",
            redacted_at=timezone.now(),
        )
        revision.page.changes.filter(revision=revision).update(reason="")
        swept = sweep(page, revision, found, scope_of(compiled))
        note(ChangeKind.REDACTED, page, editor, f"Revision {revision.number}: {reason}", scope=revision.scope)
        if page.current_id == revision.pk:
            page.refresh_from_db()
            make_current(page, page.current)
    return swept


# Whether it is read at all


def delete_page(page: Page, *, editor: User, reason: str) -> None:
    """Takes the page out of the lore; everything it holds stays, for `undelete_page`."""
    if not reason.strip():
        raise ValidationError({"reason": "Say why the page goes."})
    with transaction.atomic():
        held = Page.objects.select_for_update().get(pk=page.pk)
        if held.deleted_at:
            raise Conflict("Somebody else has deleted this page already.", code="conflict")
        page.deleted_at, page.is_published = timezone.now(), False
        _set_read(page)
        note(ChangeKind.DELETED, page, editor, reason, scope=_scope_of_text(held))


def undelete_page(page: Page, *, editor: User, reason: str = "") -> None:
    with transaction.atomic():
        held = Page.objects.select_for_update().get(pk=page.pk)
        if held.deleted_at is None:
            raise Conflict("This page has been brought back already.", code="conflict")
        page.deleted_at, page.is_published = None, True
        _set_read(page)
        note(ChangeKind.UNDELETED, page, editor, reason, scope=_scope_of_text(held))


def _scope_of_text(page: Page) -> int:
    """Why a page comes or goes may speak of all that it says."""
    return page.current.scope if page.current else 0


def _set_read(page: Page) -> None:
    page.save(update_fields=["deleted_at", "is_published"])
    refresh_linkers(page)
    if page.is_published and page.current_id:
        recompile(page)
    reindex(page)


def reindex(page: Page) -> None:
    """After what changes who may find the page: its scope, or whether it is read."""
    index_page(page)
    for claim in page.claims.select_related("page"):
        index_claim(claim)


def rescope(page: Page, scope: int, *, editor: User | None, reason: str = "") -> None:
    """Changes what the page as a whole gives away."""
    if page.scope == scope:
        return
    with transaction.atomic():
        before, page.scope = page.scope, scope
        page.save(update_fields=["scope"])
        refresh_linkers(page, is_rescoped=True)
        reindex(page)
        note(ChangeKind.RESCOPED, page, editor, reason, scope=before)
