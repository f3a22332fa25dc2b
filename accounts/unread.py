"""How much of what a fan was told of is still to be read."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Mute, Notice, User
from accounts.telling_kinds import TELLING_OF

_HEEDING = [kind for kind, telling in TELLING_OF.items() if telling.heeds_mutes]


def noting_mutes(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Each with `is_muted`: its fan has muted, meanwhile, whoever did it."""
    theirs = Mute.objects.filter(fan=OuterRef("fan"), kind="fan", object_id=OuterRef("actor"))
    return notices.annotate(is_muted=Q(kind__in=_HEEDING) & Exists(theirs))


def in_inbox(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    return noting_mutes(notices.filter(is_shown=True)).filter(is_muted=False)


def recount_unread(fan_ids: Iterable[int]) -> None:
    ids = list(fan_ids)
    unread = in_inbox(Notice.objects.unread()).filter(fan=OuterRef("pk")).order_by().values("fan")
    counted = Coalesce(Subquery(unread.annotate(n=Count("pk")).values("n")), Value(0))
    if ids:
        rows = User.objects.filter(pk__in=ids)
        rows.exclude(unread_count=counted).update(unread_count=counted)
