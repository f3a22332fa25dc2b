"""What fans propose and editors decide. An approved suggestion becomes a revision that credits the fan."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.suspending import require_present
from lore.editing import Conflict, save_revision
from lore.models import Page, PageKind, Review, Revision, Suggestion
from lore.permissions import may_suggest, require_editor
from lore.prose import Prose, compile_prose, scope_of
from lore.telling import tell_author
from moderation import spam

MOST_OPEN = 10
"""How many of a fan's suggestions may wait at once: an editor reads each."""


def open_suggestion(author: User, page: Page) -> Suggestion | None:
    """The one that the fan goes on with, if they have one."""
    return page.suggestions.filter(author=author, state=Review.OPEN).select_related("based_on").first()


def declined_suggestion(author: User, page: Page, pk: int | None) -> Suggestion | None:
    """One of the fan's own, to be tried again."""
    rows = page.suggestions.filter(author=author, state=Review.DECLINED).select_related("based_on")
    return rows.filter(pk=pk).first() if pk else None


def version_of(suggestion: Suggestion | None) -> str:
    """Names the text as it stands, so that nobody decides about, or writes over, one they have not seen."""
    return suggestion.changed_at.isoformat() if suggestion else ""


def suggest(
    author: User, page: Page, prose: Prose, *, comment: str, based_on: Revision | int, version: str | None = None
) -> Suggestion:
    """Proposes `prose` as the page's next revision, or puts it in the place of what this fan has proposed already
    (`version`: as they saw that; "" when they saw none). Raises Conflict when either has changed meanwhile."""
    if not may_suggest(author):
        raise PermissionDenied("Only fans whose account is open can suggest an edit.")
    with transaction.atomic():
        held = Page.objects.select_for_update().get(pk=page.pk)
        _check_page(held, getattr(based_on, "pk", based_on))
        suggestion = held.suggestions.select_for_update().filter(author=author, state=Review.OPEN).first()
        _check_version(suggestion, version)
        if says_already(held, prose):
            raise ValidationError("Nothing is different from the page as it stands.", code="unchanged")
        written = _written(suggestion or _next_of(author, held), held, prose, comment)
        require_present(author)
        spam.look_at(author, "suggestion", written.pk, added_words(written))
        return written


def added_words(suggestion: Suggestion) -> str:
    """The lines that are not in the text it is based on."""
    before = Prose.of(suggestion.based_on).fields if suggestion.based_on else {}
    stood = {line.strip() for text in before.values() for line in text.splitlines()}
    lines = [line.strip() for text in Prose.of(suggestion).fields.values() for line in text.splitlines()]
    return "\n".join([suggestion.comment, *[line for line in lines if line and line not in stood]])


def _check_page(page: Page, based_on: int) -> None:
    if not page.is_published or page.current_id is None or page.kind == PageKind.HOUSE:
        raise ValidationError("This page takes no suggestions.", code="closed")
    if page.current_id != based_on:
        raise Conflict("Somebody else saved this page while you wrote.", code="conflict")


def says_already(page: Page, prose: Prose) -> bool:
    """White space at the ends, which a form takes off, is no difference."""
    stands = Prose.of(page.current).fields
    return all(text.strip() == stands[name].strip() for name, text in prose.fields.items())


def _check_version(suggestion: Suggestion | None, version: str | None) -> None:
    if version is not None and version != version_of(suggestion):
        raise Conflict("This suggestion was changed meanwhile, or decided.", code="conflict")


def _next_of(author: User, page: Page) -> Suggestion:
    User.objects.select_for_update(no_key=True).get(pk=author.pk)  # one after the other, so that the limit holds
    if Suggestion.objects.filter(author=author, state=Review.OPEN).count() >= MOST_OPEN:
        raise ValidationError(
            f"{MOST_OPEN} of your suggestions are waiting for an editor. Withdraw one, or come back later.",
            code="too_many",
        )
    return Suggestion(author=author, page=page)


def _written(suggestion: Suggestion, page: Page, prose: Prose, comment: str) -> Suggestion:
    for name, text in prose.fields.items():
        setattr(suggestion, name, text)
    suggestion.comment, suggestion.based_on = comment, page.current
    suggestion.scope, suggestion.changed_at = page.scope | scope_of(compile_prose(prose)), timezone.now()
    suggestion.full_clean(exclude=["page", "author", "based_on", "reviewer", "revision"], validate_constraints=False)
    suggestion.save()
    return suggestion


def withdraw(suggestion: Suggestion, author: User) -> None:
    if suggestion.author_id != author.pk:
        raise PermissionDenied("Only its author withdraws a suggestion.")
    with transaction.atomic():
        held = _held(suggestion)
        held.state = Review.WITHDRAWN
        held.save(update_fields=["state"])


def approve(
    suggestion: Suggestion,
    editor: User,
    prose: Prose,
    *,
    comment: str = "",
    based_on: Revision | int | None = None,
    version: str | None = None,
) -> Revision:
    """Saves `prose` (the suggestion, or what the editor made of it) as the page's next revision. Raises Conflict when
    the page moved on from `based_on`, when the fan changed the suggestion, or when somebody else decided."""
    require_editor(editor)
    with transaction.atomic():
        page = Page.objects.select_for_update().get(pk=suggestion.page_id)
        held = _held(suggestion, version)
        if not page.is_published:
            raise ValidationError("The page is not read at present. Bring it back first.", code="closed")
        if says_already(page, prose):
            raise ValidationError("The page says this already: nothing would change.", code="unchanged")
        held.revision = save_revision(
            page, prose, editor=editor, comment=comment or held.comment, based_on=based_on, credited_to=held.author
        )
        _decide(held, Review.APPROVED, editor)
    return held.revision


def decline(suggestion: Suggestion, editor: User, reason: str, *, version: str | None = None) -> None:
    require_editor(editor)
    if not reason.strip():
        raise ValidationError({"reason": "Say why: the fan reads it."})
    with transaction.atomic():
        Page.objects.select_for_update().get(pk=suggestion.page_id)
        held = _held(suggestion, version)
        held.reason = reason.strip()
        held.clean_fields(exclude={field.name for field in held._meta.fields} - {"reason"})
        _decide(held, Review.DECLINED, editor)


def _held(suggestion: Suggestion, version: str | None = None) -> Suggestion:
    """Its row, locked, while it is still to be decided. Whoever also needs the page locks that first."""
    held = Suggestion.objects.select_for_update(of=("self",)).select_related("author").get(pk=suggestion.pk)
    if not held.is_open:
        raise Conflict(f"This suggestion is no longer open: {held.get_state_display().lower()}.", code="conflict")
    _check_version(held, version)
    return held


def _decide(suggestion: Suggestion, state: Review, editor: User) -> None:
    suggestion.state, suggestion.reviewer, suggestion.decided_at = state, editor, timezone.now()
    suggestion.save(update_fields=["state", "reviewer", "decided_at", "reason", "revision"])
    if suggestion.author_id != editor.pk:
        tell_author(suggestion)
