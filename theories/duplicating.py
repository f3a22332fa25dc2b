"""Saying that a theory is another one over again. Its votes stay; its page points on."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from moderation.deciding import record
from moderation.models import Act, DecisionReason
from theories.counting import lock
from theories.models import State, Theory, Turn
from theories.permissions import marks_as_moderator, require_mark
from theories.telling import tell_of_mark
from theories.turning import check, hold, take

_IN_THE_LOG = "What it was compared with, and why, stands in the theory’s history."
"""The words themselves may give away what the other theory does."""


def mark(actor: User, theory: Theory, original: Theory, words: str = "") -> Theory:
    """Marks `theory` as a duplicate of `original`; where that is one itself, of what it points to. What pointed to
    `theory` points on as well, so that one step always leads to the end. A moderator says why."""
    with transaction.atomic():
        lock(_touched(theory, original))
        held, end = hold(theory.pk, "author"), _end(original)
        require_mark(actor, held)
        check(held, Turn.MARK)
        _check_original(held, end)
        held.duplicates.update(duplicate_of=end)
        held.duplicate_of = end
        _take(held, Turn.MARK, State.DUPLICATE, actor, words, original.scope | end.scope)
    return held


def unmark(actor: User, theory: Theory, words: str = "") -> Theory:
    """It stands for itself again. What once pointed to it stays where it points. A moderator says why."""
    with transaction.atomic():
        held = hold(theory.pk, "author")
        require_mark(actor, held)
        check(held, Turn.UNMARK)
        repeated, held.duplicate_of = held.duplicate_of, None
        _take(held, Turn.UNMARK, State.OPEN, actor, words, repeated.scope)
    return held


def _take(held: Theory, turn: Turn, to: State, actor: User, words: str, beside: int) -> None:
    """What moderators do stands in the public log too, and the author is told."""
    words = words.strip()
    taken = take(held, turn, to, actor=actor, words=words, beside=beside)
    if not marks_as_moderator(actor, held):
        return
    if not words:
        raise ValidationError({"words": "Say why: everybody can read it."})
    record(actor, "theory", held.pk, Act(turn), DecisionReason.REPEATS, _IN_THE_LOG)
    tell_of_mark(held, taken)


def _touched(theory: Theory, original: Theory) -> set[int]:
    """All whose rows are read or written: locked in one order, so that no two marks wait for each other."""
    end = original.duplicate_of_id or original.pk
    return {theory.pk, original.pk, end, *theory.duplicates.values_list("pk", flat=True)}


def _end(theory: Theory) -> Theory:
    """The theory as it now stands, or what it has been found to repeat."""
    found = Theory.objects.select_related("duplicate_of").get(pk=theory.pk)
    return found.duplicate_of or found


def _check_original(theory: Theory, original: Theory) -> None:
    if original.pk == theory.pk:
        raise ValidationError({"original": "A theory is no duplicate of itself, nor of its own duplicate."})
    if original.is_draft or original.is_hidden or original.state == State.WITHDRAWN:
        raise ValidationError({"original": "That theory is not there to point to. Choose one that stands."})
