"""Marks on comments: a fair point, and that it changed somebody's mind."""

from collections.abc import Iterable
from itertools import batched

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from theories.badges import CHANGED_A_MIND, grant
from theories.clock import now
from theories.counting import BATCH
from theories.models import Comment, Mark, MarkKind
from theories.permissions import require_nod

_COUNTS = {"fair_count": MarkKind.FAIR, "mind_count": MarkKind.MIND}


def mark(fan: User, comment: Comment, kind: str, is_on: bool) -> Comment:
    """Sets or takes off the fan's mark, whatever it was: twice is no different from once. Answers the comment with its
    counts as they are now."""
    if kind not in MarkKind.values:
        raise ValidationError("A mark is fair (a fair point) or mind (it changed my mind).")
    with transaction.atomic():
        hold_comments([comment.pk])
        # Asked for once the comment is held: whoever locked the theory while we waited is heard.
        held = Comment.objects.select_related("theory").get(pk=comment.pk)
        require_nod(fan, held)
        if is_on:
            row = Mark(comment=held, fan=fan, kind=kind, made_at=now())
            Mark.objects.bulk_create([row], ignore_conflicts=True)
        else:
            Mark.objects.filter(comment=held, fan=fan, kind=kind).delete()
        recount_marks([held.pk])
        if is_on and kind == MarkKind.MIND:
            grant(held.author_id, CHANGED_A_MIND)
        held.refresh_from_db(fields=list(_COUNTS))
    return held


def hold_comments(comment_ids: Iterable[int]) -> list[int]:
    """Locked until the transaction ends, in the order of ids (`counting.lock`)."""
    rows = Comment.objects.select_for_update(no_key=True).filter(pk__in=set(comment_ids)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def recount_marks(comment_ids: Iterable[int]) -> None:
    """Brings the counts into line with the rows, in one statement a batch. A mark counts while its fan is active."""
    for ids in batched(comment_ids, BATCH):
        Comment.objects.filter(pk__in=ids).update(**{name: _standing(kind) for name, kind in _COUNTS.items()})


def differing_marks() -> list[int]:
    """Comments whose counts are not what the rows say."""
    marked = Comment.objects.filter(~Q(fair_count=0, mind_count=0) | Q(pk__in=Mark.objects.values("comment")))
    counted = marked.annotate(fair=_standing(MarkKind.FAIR), mind=_standing(MarkKind.MIND))
    off = counted.exclude(fair_count=F("fair"), mind_count=F("mind"))
    return list(off.order_by("pk").values_list("pk", flat=True))


def marked_by(fan: User) -> QuerySet[Mark]:
    """The comments whose counts this fan's marks are part of."""
    return fan.marks.order_by().values_list("comment_id", flat=True)


def _standing(kind: MarkKind) -> Coalesce:
    rows = Mark.objects.filter(comment=OuterRef("pk"), kind=kind, fan__is_active=True)
    return Coalesce(Subquery(rows.order_by().values("comment").annotate(n=Count("pk")).values("n")), 0)
