"""Telling fans what concerns them. Called within the transaction of what happened: told with it or not at all."""

from collections.abc import Iterable
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.hooks import NoticeLine, notice_kinds
from accounts.models import Notice, User

BATCH = 400
PAGE = 50


def notify(fan_ids: Iterable[int], kind: str, object_id: int, *, actor: User | None = None, key: str = "") -> None:
    """Tells each of these fans, once, whoever did it excepted."""
    others = sorted(set(fan_ids) - {actor.pk if actor else None})
    with transaction.atomic():
        for ids in batched(others, BATCH):
            moment = timezone.now()
            notices = [
                Notice(fan_id=pk, kind=kind, object_id=object_id, actor=actor, key=key, made_at=moment)
                for pk in User.objects.filter(pk__in=ids, is_active=True).values_list("pk", flat=True)
            ]
            Notice.objects.bulk_create(notices, ignore_conflicts=True)
            _recount(ids)


def read_all(fan: User, up_to: int) -> None:
    """Marks as read what the fan has been shown: the notices up to the id `up_to`."""
    with transaction.atomic():
        fan.notices.unread().filter(pk__lte=up_to).update(read_at=timezone.now())
        _recount([fan.pk])


def inbox(viewer: Any, fan: User, before: int | None = None) -> list[tuple[Notice, NoticeLine | None]]:
    """The newest PAGE notices older than the id `before`, each with its line; None for what is there no more."""
    rows = fan.notices.select_related("actor")
    notices = list(rows.filter(pk__lt=before)[:PAGE] if before else rows[:PAGE])
    lines = {kind: find(viewer, _ids(notices, kind)) for kind, find in notice_kinds.items() if _ids(notices, kind)}
    return [(notice, lines.get(notice.kind, {}).get(notice.object_id)) for notice in notices]


def _ids(notices: list[Notice], kind: str) -> list[int]:
    return sorted({notice.object_id for notice in notices if notice.kind == kind})


def _recount(fan_ids: Iterable[int]) -> None:
    unread = Notice.objects.unread().filter(fan=OuterRef("pk")).order_by().values("fan").annotate(n=Count("pk"))
    User.objects.filter(pk__in=fan_ids).exclude(unread_count=_counted(unread)).update(unread_count=_counted(unread))


def _counted(unread: Any) -> Coalesce:
    return Coalesce(Subquery(unread.values("n")), Value(0))
