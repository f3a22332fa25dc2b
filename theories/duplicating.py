"""Saying that a theory is another one over again. Its votes stay; its page points on."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from theories.counting import lock
from theories.models import State, Theory, Turn
from theories.permissions import require_mark
from theories.turning import check, hold, take


def mark(actor: User, theory: Theory, original: Theory, words: str = "") -> Theory:
    """Marks `theory` as a duplicate of `original`; where that is one itself, of what it points to. What pointed to
    `theory` points on as well, so that one step always leads to the end."""
    with transaction.atomic():
        lock({theory.pk, original.pk, original.duplicate_of_id or original.pk})
        held, end = hold(theory.pk, "author"), _end(original)
        require_mark(actor, held)
        check(held, Turn.MARK)
        _check_original(held, end)
        held.duplicates.update(duplicate_of=end)
        held.duplicate_of = end
        take(held, Turn.MARK, State.DUPLICATE, actor=actor, words=words)
    return held


def unmark(actor: User, theory: Theory, words: str = "") -> Theory:
    """It stands for itself again. What once pointed to it stays where it points."""
    with transaction.atomic():
        held = hold(theory.pk, "author")
        require_mark(actor, held)
        check(held, Turn.UNMARK)
        held.duplicate_of = None
        take(held, Turn.UNMARK, State.OPEN, actor=actor, words=words)
    return held


def _end(theory: Theory) -> Theory:
    """The theory as it now stands, or what it has been found to repeat."""
    found = Theory.objects.select_related("duplicate_of").get(pk=theory.pk)
    return found.duplicate_of or found


def _check_original(theory: Theory, original: Theory) -> None:
    if original.pk == theory.pk:
        raise ValidationError({"original": "A theory is no duplicate of itself, nor of its own duplicate."})
    if original.is_draft or original.is_hidden or original.state == State.WITHDRAWN:
        raise ValidationError({"original": "That theory is not there to point to. Choose one that stands."})
