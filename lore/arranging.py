"""Saving a page whole: its prose, and what stands around it (names, neighbours, picture, kind, shield)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts.models import User
from lore.addressing import set_aliases
from lore.changing import note
from lore.drafting import drop_draft
from lore.editing import Conflict, add_page, reindex, rescope, save_revision
from lore.linking import refresh_linkers
from lore.models import Category, ChangeKind, Page, Revision, ScheduledEdit
from lore.prose import Prose

AROUND = ("aliases", "categories", "see_also", "kind", "scope", "lead_image", "is_published")
_COLUMNS = ("kind", "lead_image", "is_published")
_LONGEST_SLUG = Category._meta.get_field("slug").max_length

type Changes = dict[str, Any]
"""What somebody changed of `AROUND`, and nothing else: what another changed meanwhile stays."""


def save_page(
    page: Page,
    prose: Prose,
    changes: Changes,
    *,
    editor: User,
    comment: str,
    based_on: int | None,
    settles: int | None = None,
) -> Revision | None:
    """Saves all of it or nothing. None when nothing differs. `settles` is the scheduled edit whose text this is.
    Raises Conflict when the page moved on from the revision `based_on`, or was deleted."""
    with transaction.atomic():
        held = hold(page, based_on)
        ScheduledEdit.objects.filter(page=held, pk=settles).delete()
        drop_draft(editor, held)
        if held.current and prose == Prose.of(held.current) and not changes:
            return None
        arrange(held, changes, editor=editor, reason=comment)
        return save_revision(held, prose, editor=editor, comment=comment, based_on=held.current_id)


def begin_page(prose: Prose, changes: Changes, *, slug: str, editor: User, comment: str) -> Page:
    try:
        with transaction.atomic():
            page = add_whole_page(prose, changes, slug=slug, editor=editor)
            save_revision(page, prose, editor=editor, comment=comment)
            drop_draft(editor, None)
    except IntegrityError:
        raise ValidationError({"slug": "Somebody else has begun a page at this address just now."}, code="taken")
    return page


def add_whole_page(prose: Prose, changes: Changes, *, slug: str, editor: User) -> Page:
    """A page without prose yet, and all that stands around it."""
    first = {name: changes[name] for name in ("kind", "scope", "is_published") if name in changes}
    page = add_page(slug=slug, title=prose.title, **first)
    arrange(page, {name: value for name, value in changes.items() if name not in first}, editor=editor)
    return page


def hold(page: Page, based_on: int | None) -> Page:
    """The page as it stands, locked, for whoever wrote on the revision `based_on`."""
    held = Page.objects.select_for_update(of=("self",)).select_related("current").get(pk=page.pk)
    if held.deleted_at:
        raise Conflict("Somebody deleted this page while you wrote.", code="deleted")
    if held.current_id and held.current_id != based_on:
        raise Conflict("Somebody else saved this page while you wrote.", code="conflict")
    return held


def arrange(page: Page, changes: Changes, *, editor: User | None, reason: str = "") -> None:
    with transaction.atomic():
        _set_columns(page, {name: changes[name] for name in _COLUMNS if name in changes}, editor, reason)
        if "categories" in changes:
            page.categories.set(_categories(changes["categories"]))
        if "see_also" in changes:
            page.see_also.set(changes["see_also"])
        if "aliases" in changes:
            set_aliases(page, changes["aliases"])
        if "scope" in changes:
            rescope(page, changes["scope"], editor=editor, reason=reason)


def _set_columns(page: Page, columns: Changes, editor: User | None, reason: str) -> None:
    before = page.lead_image_id
    for name, value in columns.items():
        setattr(page, name, value)
    page.save(update_fields=list(columns))
    if "is_published" in columns:
        refresh_linkers(page)
        reindex(page)
    if page.lead_image_id != before:
        picture = columns["lead_image"]
        note(ChangeKind.PICTURE, page, editor, reason, scope=picture.scope if picture else 0)


def _categories(names: Iterable[str]) -> list[Category]:
    return [
        Category.objects.get_or_create(slug=slugify(name)[:_LONGEST_SLUG], defaults={"name": name})[0] for name in names
    ]
