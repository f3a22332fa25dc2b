"""What of all that a fan was told stands in their inbox, in how many lines, and how many of those are still to be
read."""

from collections.abc import Iterable

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Case, F, When
from django.db.models.functions import Cast, Coalesce, Concat

from accounts.hooks import under_muted_tags
from accounts.models import Mute, Notice, User
from accounts.telling_kinds import TELLING_OF

_HEEDING = [kind for kind, telling in TELLING_OF.items() if telling.heeds_mutes]
LINE = Concat("kind", Value(" "), Case(When(together="", then=Cast("pk", CharField())), default=F("together")))
"""The same for all unread ones of one line, as `Notice.line_key`. What is told together is never named by digits
alone."""


def noting_mutes(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Each with `is_muted`: its fan has muted, meanwhile, whoever did it, or a tag under which it stands."""
    mutes = Mute.objects.filter(fan=OuterRef("fan"))
    unwanted = Q(kind__in=_HEEDING) & Exists(mutes.filter(kind="fan", object_id=OuterRef("actor")))
    for under in under_muted_tags:
        unwanted |= under(mutes.filter(kind="tag"))
    return notices.annotate(is_muted=unwanted)


def in_inbox(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    return noting_mutes(notices.shown()).filter(is_muted=False)


def recount_unread(fan_ids: Iterable[int]) -> None:
    """Lines, not notices: as many as the inbox shows."""
    ids = list(fan_ids)
    unread = in_inbox(Notice.objects.unread()).filter(fan=OuterRef("pk")).order_by().values("fan")
    counted = Coalesce(Subquery(unread.annotate(n=Count(LINE, distinct=True)).values("n")), Value(0))
    if ids:
        rows = User.objects.filter(pk__in=ids)
        rows.exclude(unread_count=counted).update(unread_count=counted)
