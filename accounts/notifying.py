"""Telling fans what concerns them. Called within the transaction of what happened: told with it or not at all."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import batched

from django.db import transaction
from django.utils import timezone

from accounts.choosing import Wish, wishes
from accounts.models import Notice, Rhythm, User
from accounts.muting import hearing
from accounts.tasks import write_letters
from accounts.telling_kinds import TELLING_OF
from accounts.unread import recount_unread

BATCH = 400


def notify(
    fan_ids: Iterable[int],
    kind: str,
    object_id: int,
    *,
    actor: User | None = None,
    key: str = "",
    together: str = "",
    tags: Collection[int] = (),
) -> None:
    """Tells each of these fans; as `notify_each`."""
    kinds = dict.fromkeys(fan_ids, kind)
    notify_each(kinds, object_id, actor=actor, key=key, together=together, tags=tags)


def notify_each(
    kinds: Mapping[int, str],
    object_id: int,
    *,
    actor: User | None = None,
    key: str = "",
    together: str = "",
    tags: Collection[int] = (),
) -> None:
    """Tells fans, each by their id and of their own kind, once and as they wish: whoever did it excepted, and those who
    have muted them or one of the `tags`. What they want by mail at once is put down for the worker. `together`: what it
    is told as one line with (`Notice.together`), such as “theory-12”.

    Who hears of one thing is told by one call: two calls would hold fans out of the order of their ids, and two
    transactions then wait for each other for ever.
    """
    others = sorted(kinds.keys() - {actor.pk if actor else None})
    about = {"object_id": object_id, "actor": actor, "key": key, "together": together, "made_at": timezone.now()}
    with transaction.atomic():
        for ids in batched(others, BATCH):
            wanted = _wanted(held(ids), kinds, actor, tags)
            notices = [
                Notice(fan_id=pk, kind=kinds[pk], is_shown=wish.in_inbox, rhythm=wish.rhythm, **about)
                for pk, wish in sorted(wanted.items())
                if not wish.is_silent
            ]
            Notice.objects.bulk_create(notices, ignore_conflicts=True)
            recount_unread(notice.fan_id for notice in notices if notice.is_shown)
            _mail_at_once(notices)


def forget(kinds: Iterable[str], object_id: int) -> None:
    """What these kinds of notices were about is gone for good: nobody is told of it any more."""
    with transaction.atomic():
        notices = Notice.objects.filter(kind__in=list(kinds), object_id=object_id)
        told = sorted(set(notices.order_by().values_list("fan_id", flat=True)))
        for ids in batched(told, BATCH):
            held(ids)
            notices.filter(fan__in=ids).delete()
            recount_unread(ids)


def held(fan_ids: Iterable[int]) -> list[int]:
    """Those who are there, their rows locked in the order of ids, and before any of their notices."""
    rows = User.objects.present().select_for_update(no_key=True).filter(pk__in=fan_ids).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _wanted(
    fan_ids: Iterable[int], kinds: Mapping[int, str], actor: User | None, tags: Collection[int]
) -> dict[int, Wish]:
    """How each of these fans wants to hear of it, without those who want to hear nothing of whoever did it."""
    by_kind: dict[str, list[int]] = {}
    for pk in fan_ids:
        by_kind.setdefault(kinds[pk], []).append(pk)
    wanted: dict[int, Wish] = {}
    for kind, ids in by_kind.items():
        is_muted = TELLING_OF[kind].heeds_mutes and (actor or tags)
        wanted |= wishes(hearing(ids, actor.pk if actor else None, tags) if is_muted else ids, kind)
    return wanted


def _mail_at_once(notices: list[Notice]) -> None:
    """The task is a row of this transaction, as the notices are. Their ids are asked for: who had been told before
    has no new one."""
    urgent = [notice for notice in notices if notice.rhythm == Rhythm.AT_ONCE]
    if urgent:
        made_at: datetime = urgent[0].made_at
        rows = Notice.objects.filter(fan__in=[notice.fan_id for notice in urgent], made_at=made_at)
        same = rows.filter(kind__in={notice.kind for notice in urgent}, object_id=urgent[0].object_id)
        ids = list(same.filter(key=urgent[0].key).values_list("pk", flat=True))
        if ids:
            write_letters.enqueue(ids)
