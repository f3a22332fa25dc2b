"""What somebody is typing into the editor, kept on the server until it is sent. Nobody else ever sees it."""

from collections.abc import Container, Mapping
from typing import Protocol

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Value
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from lore.models import Draft, Page, Revision
from lore.models.pages import PageQuerySet
from lore.prose import Prose

MOST_SIGNS = 400_000
_NOT_TYPED = {"csrfmiddlewaretoken", "action", "replaces"}

type Fields = Mapping[str, list[str]]
"""A form's fields as they were sent: of each, all values."""


class Kept(Protocol):
    """What was typed into a form, whichever app's."""

    fields: Fields


def keep_draft(fan: User, page: Page | None, fields: Fields) -> Draft:
    """One for each fan and page (None: a page to come); the latest takes the place of what was kept before."""
    typed = {"fields": as_typed(fields, _NOT_TYPED), "saved_at": timezone.now()}
    draft, _ = Draft.objects.update_or_create(fan=fan, page=page, defaults=typed)
    return draft


def as_typed(fields: Fields, but: Container[str]) -> Fields:
    """What can be kept of a form's fields, whether or not it could be saved: all `but` those that say nothing.

    Raises ValidationError when that is too much."""
    typed = {_plain(name): list(map(_plain, values)) for name, values in fields.items() if name not in but}
    if sum(len(name) + sum(map(len, values)) for name, values in typed.items()) > MOST_SIGNS:
        raise ValidationError("That is too long to be kept as a draft.")
    return typed


def keep_prose_as_draft(fan: User, page: Page | None, prose: Prose, **more: str) -> None:
    """Hands a text back to whoever wrote it, unless they are writing something else there by now."""
    if not Draft.objects.filter(fan=fan, page=page).exists():
        keep_draft(fan, page, {name: [text] for name, text in (prose.fields | more).items()})


def draft_of(fan: User, page: Page | None) -> Draft | None:
    """What they can go on with. One that came in behind its own save says nothing that the page does not."""
    draft = Draft.objects.filter(fan=fan, page=page).first()
    return draft if draft and is_ahead(draft, page) else None


def noting_draft(pages: PageQuerySet, reader: User | AnonymousUser) -> PageQuerySet:
    """Each page `has_draft` if the reader began one there: known without a query of its own."""
    mine = Exists(Draft.objects.filter(fan=reader.pk, page=OuterRef("pk"))) if reader.is_authenticated else None
    return pages.annotate(has_draft=mine or Value(value=False))


def is_ahead(draft: Draft, page: Page | None) -> bool:
    """Whether it says anything that the page does not."""
    return page is None or page.current is None or not _is_saved(draft, page.current)


def _is_saved(draft: Draft, current: Revision) -> bool:
    if draft.fields.get("based_on") == [str(current.pk)]:
        return False
    return all(" ".join(draft.fields.get(name, [])).strip() == text for name, text in Prose.of(current).fields.items())


def drop_draft(fan: User, page: Page | None) -> None:
    Draft.objects.filter(fan=fan, page=page).delete()


def typed_in(draft: Kept) -> MultiValueDict:
    """The draft's fields as a form takes them."""
    return MultiValueDict(draft.fields)


def _plain(text: str) -> str:
    """Also without NUL signs, which PostgreSQL refuses."""
    return text.replace("\r\n", "\n").replace("\0", "")
