"""Telling fans what concerns them. Called within the transaction of what happened: told with it or not at all."""

from collections.abc import Iterable, Mapping
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
    notify_each(dict.fromkeys(fan_ids, kind), object_id, actor=actor, key=key)


def notify_each(kinds: Mapping[int, str], object_id: int, *, actor: User | None = None, key: str = "") -> None:
    """Tells fans, each by their id and of their own kind, whoever did it excepted.

    Who hears of one thing is told by one call: two calls would hold fans out of the order of their ids, and two
    transactions then wait for each other for ever.
    """
    others = sorted(kinds.keys() - {actor.pk if actor else None})
    with transaction.atomic():
        for ids in batched(others, BATCH):
            moment = timezone.now()
            notices = [
                Notice(fan_id=pk, kind=kinds[pk], object_id=object_id, actor=actor, key=key, made_at=moment)
                for pk in _held(ids)
            ]
            Notice.objects.bulk_create(notices, ignore_conflicts=True)
            _recount(ids)


def forget(kinds: Iterable[str], object_id: int) -> None:
    """What these kinds of notices were about is gone for good: nobody is told of it any more."""
    with transaction.atomic():
        notices = Notice.objects.filter(kind__in=list(kinds), object_id=object_id)
        told = sorted(set(notices.order_by().values_list("fan_id", flat=True)))
        for ids in batched(told, BATCH):
            _held(ids)
            notices.filter(fan__in=ids).delete()
            _recount(ids)


def read_all(fan: User, up_to: int) -> None:
    """Marks as read what the fan has been shown: the notices up to the id `up_to`."""
    with transaction.atomic():
        _held([fan.pk])
        fan.notices.unread().filter(pk__lte=up_to).update(read_at=timezone.now())
        _recount([fan.pk])


def inbox(viewer: Any, fan: User, before: int | None = None) -> list[tuple[Notice, NoticeLine | None]]:
    """The newest PAGE notices older than the id `before`, each with its line; None for what is there no more."""
    rows = fan.notices.select_related("actor")
    notices = list(rows.filter(pk__lt=before)[:PAGE] if before else rows[:PAGE])
    lines: dict[int, NoticeLine] = {}
    for kind, find in notice_kinds.items():
        if about := [notice for notice in notices if notice.kind == kind]:
            lines |= find(viewer, about)
    return [(notice, lines.get(notice.pk)) for notice in notices]


def _held(fan_ids: Iterable[int]) -> list[int]:
    """Those who are active, their rows locked in the order of ids, and before any of their notices."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=fan_ids, is_active=True).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _recount(fan_ids: Iterable[int]) -> None:
    unread = Notice.objects.unread().filter(fan=OuterRef("pk")).order_by().values("fan").annotate(n=Count("pk"))
    User.objects.filter(pk__in=fan_ids).exclude(unread_count=_counted(unread)).update(unread_count=_counted(unread))


def _counted(unread: Any) -> Coalesce:
    return Coalesce(Subquery(unread.values("n")), Value(0))
