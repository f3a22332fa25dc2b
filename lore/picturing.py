"""The lore's pictures: editors add and change them, fans propose them for a page, editors decide."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import IO

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.suspending import require_present
from lore.changing import note
from lore.editing import Conflict
from lore.models import ChangeKind, Image, Licence, Making, Page, PageKind, PictureSuggestion, Review
from lore.permissions import may_suggest, require_editor
from lore.telling import tell_author
from lore.uploads import prepare_later, remove_files, store_image

MOST_OPEN = 5
"""How many of a fan's pictures may wait at once: an editor looks at each."""


@dataclass(frozen=True)
class About:
    """What is said of a picture."""

    alt: str
    credit: str
    licence: str = Licence.OWN
    scope: int = 0
    focal_x: int = 50
    focal_y: int = 50

    @classmethod
    def of(cls, image: Image) -> "About":
        return cls(**{name: getattr(image, name) for name in cls.__dataclass_fields__})


def edition_of(image: Image, leads: Iterable[int], shows: Iterable[int]) -> str:
    """Names what is said of it, where it leads and what it shows (ids of pages), so that nobody writes over what they
    have not seen."""
    told = json.dumps([asdict(About.of(image)), sorted(leads), sorted(shows)])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


# Editors


def add_picture(
    file: IO[bytes], about: About, *, editor: User, page: Page | None = None, as_lead: bool = False, reason: str = ""
) -> Image:
    """`page`: the one that it shows."""
    require_editor(editor)
    with transaction.atomic():
        image = store_image(file, uploader=editor, **asdict(about))
        if page:
            _hang(page, image, as_lead=as_lead, editor=editor, reason=reason)
    return image


@dataclass(frozen=True)
class Hung:
    """Where a picture hangs: whose lead picture it is, and which pages it shows, as their lead or among others."""

    leads: list[Page]
    shows: list[Page]


def change_picture(
    image: Image, about: About, hung: Hung, *, editor: User, reason: str = "", edition: str | None = None
) -> Image:
    """What is said of it, and where it hangs. Raises Conflict when it is not as in `edition` any more."""
    require_editor(editor)
    with transaction.atomic():
        held = Image.objects.select_for_update().get(pk=image.pk)
        before, wanted = _lock_leads(held), {page.pk: page for page in hung.leads}
        shown = {page.pk: page for page in held.pages.all()}
        if edition is not None and edition != edition_of(held, before, shown):
            raise Conflict("Somebody else changed this picture while you wrote.", code="conflict")
        is_changed = about != About.of(held)
        _describe(held, about)
        for page in before.values():
            if page.pk not in wanted:
                replace_lead(page, None, editor=editor, reason=reason)
            elif is_changed:
                note(ChangeKind.PICTURE, page, editor, reason or "Described anew", scope=held.scope)
        for pk, page in wanted.items():
            if pk not in before:
                replace_lead(page, held, editor=editor, reason=reason)
        showing = {page.pk: page for page in hung.shows}
        held.pages.set(showing)
        for pk in (shown.keys() ^ showing.keys()) - (before.keys() ^ wanted.keys()):  # of those its history tells
            why = reason or ("Picture added" if pk in showing else "Picture taken off")
            note(ChangeKind.PICTURE, (shown | showing)[pk], editor, why, scope=held.scope)
    return held


def replace_lead(
    page: Page, image: Image | None, *, editor: User, reason: str = "", credited_to: User | None = None
) -> None:
    require_editor(editor)
    with transaction.atomic():
        held = Page.objects.select_for_update(of=("self",)).select_related("lead_image").get(pk=page.pk)
        if held.kind == PageKind.HOUSE:
            raise ValidationError("House pages have no lead picture.")
        old, held.lead_image, held.changed_at = held.lead_image, image, timezone.now()
        held.save(update_fields=["lead_image", "changed_at"])
        scope = (old.scope if old else 0) | (image.scope if image else 0)
        why = reason or ("Lead picture set" if image else "Lead picture taken off")
        note(ChangeKind.PICTURE, held, editor, why, scope=scope, credited_to=credited_to)


def _hang(
    page: Page, image: Image, *, as_lead: bool, editor: User, reason: str, credited_to: User | None = None
) -> None:
    if page.kind == PageKind.HOUSE:
        raise ValidationError("House pages have no pictures.")
    page.pictures.add(image)
    if as_lead:
        replace_lead(page, image, editor=editor, reason=reason, credited_to=credited_to)
    else:
        why = reason or "Picture added"
        note(ChangeKind.PICTURE, page, editor, why, scope=image.scope, credited_to=credited_to)


def _lock_leads(image: Image) -> dict[int, Page]:
    return {page.pk: page for page in Page.objects.select_for_update().filter(lead_image=image)}


def _describe(image: Image, about: About) -> None:
    for name, value in asdict(about).items():
        setattr(image, name, value)
    if image.making == Making.FAILED:
        image.making = Making.WAITING
    image.full_clean()
    image.save()
    prepare_later(image)  # another focal point, other crops; one that failed is tried once more


# Fans


def suggest_picture(file: IO[bytes], about: About, *, fan: User, page: Page, comment: str = "") -> PictureSuggestion:
    if not may_suggest(fan):
        raise PermissionDenied("Only fans whose account is open can suggest a picture.")
    if not page.is_published or page.kind == PageKind.HOUSE:
        raise ValidationError({"page": "This page takes no pictures."})
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=fan.pk)  # one after the other, so that the limit holds
        if PictureSuggestion.objects.filter(author=fan, state=Review.OPEN).count() >= MOST_OPEN:
            raise ValidationError(
                f"{MOST_OPEN} of your pictures are waiting for an editor. Withdraw one, or come back later.",
                code="too_many",
            )
        image = store_image(file, uploader=fan, is_public=False, **asdict(about))
        suggestion = PictureSuggestion(page=page, image=image, author=fan, comment=comment, changed_at=timezone.now())
        suggestion.full_clean(exclude=["page", "image", "author", "reviewer"], validate_constraints=False)
        suggestion.save()
        require_present(fan)
    return suggestion


def withdraw_picture(suggestion: PictureSuggestion, *, fan: User) -> None:
    if suggestion.author_id != fan.pk:
        raise PermissionDenied("Only its author withdraws a suggestion.")
    with transaction.atomic():
        held = _held(suggestion)
        held.state, held.changed_at = Review.WITHDRAWN, timezone.now()
        held.save(update_fields=["state", "changed_at"])
        remove_files(held.image)


# Deciding


def approve_picture(
    suggestion: PictureSuggestion, about: About, *, editor: User, as_lead: bool, reason: str = ""
) -> Image:
    """It is everybody's from now on, as `about` says, and credits the fan in the page's history. Raises Conflict when
    somebody else decided."""
    require_editor(editor)
    with transaction.atomic():
        page = Page.objects.select_for_update().get(pk=suggestion.page_id)
        held = _held(suggestion)
        held.image.is_public = True
        _describe(held.image, about)
        why = reason or "A fan’s picture approved"
        _hang(page, held.image, as_lead=as_lead, editor=editor, reason=why, credited_to=held.author)
        _decide(held, Review.APPROVED, editor, reason)
    return held.image


def decline_picture(suggestion: PictureSuggestion, *, editor: User, reason: str) -> None:
    """Its files go; that it was proposed, and why it was not taken, stays for its author."""
    require_editor(editor)
    if not reason.strip():
        raise ValidationError({"reason": "Say why: the fan reads it."})
    with transaction.atomic():
        Page.objects.select_for_update().get(pk=suggestion.page_id)
        held = _held(suggestion)
        _decide(held, Review.DECLINED, editor, reason.strip())
        remove_files(held.image)


def _held(suggestion: PictureSuggestion) -> PictureSuggestion:
    """Its row, locked, while it is still to be decided. Whoever also needs the page locks that first."""
    rows = PictureSuggestion.objects.select_for_update(of=("self",)).select_related("image", "page", "author")
    held = rows.get(pk=suggestion.pk)
    if not held.is_open:
        raise Conflict(f"This picture is no longer waiting: {held.get_state_display().lower()}.", code="conflict")
    return held


def _decide(suggestion: PictureSuggestion, state: Review, editor: User, reason: str) -> None:
    suggestion.state, suggestion.reviewer, suggestion.reason = state, editor, reason
    suggestion.decided_at = suggestion.changed_at = timezone.now()
    suggestion.full_clean(exclude=["page", "image", "author", "reviewer"], validate_constraints=False)
    suggestion.save()
    if suggestion.author_id != editor.pk:
        tell_author(suggestion)
