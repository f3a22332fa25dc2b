"""Tying pages to each other, and untying them. Each is an entry in the log of changes, and asks for a new layout."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from lore.changing import LONGEST_REASON, note
from lore.editing import Conflict
from lore.models import ChangeKind, Claim, Page, PageKind, Tie, TieKind
from lore.spoilers import listed, whole_scope
from lore.tasks import lay_out_ties

_WHO = (PageKind.CHARACTER, PageKind.PERSON)
_POWERS = (PageKind.CHARACTER, PageKind.ORGANISATION)
_WHOLES = (PageKind.WORK, PageKind.TOPIC, PageKind.ORGANISATION, PageKind.PLACE)

ENDS: dict[str, tuple[tuple[PageKind, ...], tuple[PageKind, ...]]] = {
    TieKind.TRAINED_BY: (_WHO, (*_WHO, PageKind.ORGANISATION)),
    TieKind.RAISED_BY: (_WHO, (*_WHO, PageKind.ORGANISATION)),
    TieKind.MEMBER_OF: ((*_WHO, PageKind.ORGANISATION), (PageKind.ORGANISATION,)),
    TieKind.LEADS: (_WHO, (PageKind.ORGANISATION, PageKind.PLACE)),
    TieKind.SERVES: (_POWERS, _POWERS),
    TieKind.ALLY_OF: (_POWERS, _POWERS),
    TieKind.ENEMY_OF: (_POWERS, _POWERS),
    TieKind.PLAYED_BY: ((PageKind.CHARACTER,), (PageKind.PERSON,)),
    TieKind.DIRECTS: ((PageKind.PERSON,), (PageKind.WORK,)),
    TieKind.WRITES: ((PageKind.PERSON,), (PageKind.WORK,)),
    TieKind.APPEARS_IN: ((*_WHO, PageKind.ORGANISATION, PageKind.PLACE), (PageKind.WORK,)),
    TieKind.PART_OF: (_WHOLES, _WHOLES),
    TieKind.FOUND_AT: ((*_POWERS, PageKind.PLACE), (PageKind.PLACE, PageKind.ORGANISATION)),
}
"""Which kinds of pages each kind of tie leads from, and to which."""


def add_tie(
    source: Page, kind: str, target: Page, *, claim: Claim | None = None, scope: int = 0, editor: User, reason: str
) -> Tie:
    check_tie(source, kind, target)
    _check_reason(reason, "Say why they are tied.")
    tie = Tie(source=source, kind=kind, target=target, claim=claim, scope=scope)
    with transaction.atomic():
        _insert(tie)
        _note(tie, editor, reason)
    return tie


def remove_tie(tie: Tie, *, editor: User, reason: str) -> None:
    _check_reason(reason, "Say why the tie goes.")
    with transaction.atomic():
        gone, _ = Tie.objects.filter(pk=tie.pk).delete()
        if not gone:
            raise Conflict("Somebody else has removed this tie already.", code="conflict")
        _note(tie, editor, reason)


def check_tie(source: Page, kind: str, target: Page) -> None:
    """Raises ValidationError when there can be no such tie."""
    if kind not in ENDS:
        raise ValidationError({"kind": "Choose how they are tied."})
    if source.pk == target.pk:
        raise ValidationError({"target": "A page is not tied to itself."})
    froms, tos = ENDS[kind]
    if source.kind not in froms or target.kind not in tos:
        raise ValidationError({"kind": f"“{TieKind(kind).label}” leads from {_any_of(froms)} to {_any_of(tos)}."})
    if Tie.objects.filter(source=source, kind=kind, target=target).exists():
        raise ValidationError({"target": "They are tied like that already."})


def lay_out_later() -> None:
    """Once what changed is committed. Should the task get lost, the map draws new pages on a circle meanwhile."""
    transaction.on_commit(lay_out_ties.enqueue, robust=True)


def _any_of(kinds: tuple[PageKind, ...]) -> str:
    words = [f"{'an' if kind == PageKind.ORGANISATION else 'a'} {kind.label.lower()}" for kind in kinds]
    return listed(words).replace(" and ", " or ")


def _check_reason(reason: str, missing: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": missing})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": f"At most {LONGEST_REASON} characters."})


def _insert(tie: Tie) -> None:
    """Of two who tie the same at once, the database lets one through."""
    try:
        with transaction.atomic():
            tie.save()
    except IntegrityError:
        raise ValidationError({"target": "They are tied like that already."})


def _note(tie: Tie, editor: User, reason: str) -> None:
    note(ChangeKind.TIES, tie.source, editor, reason, scope=whole_scope(tie))
    lay_out_later()
