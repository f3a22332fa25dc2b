"""What time alone will change: nobody writes anything, and a page is no longer right."""

from datetime import datetime

from django.db.models import QuerySet

from theories.models import State, Theory
from theories.models.theories import CLOSING_SOON
from theories.states import UNRESOLVED


def next_change(after: datetime, until: datetime) -> datetime | None:
    """The first moment after `after`, up to `until`, at which a theory begins to close soon, closes or is settled; None
    where there is none. A few short looks into indexes: the two times are to be near each other."""
    open_ = Theory.objects.filter(is_hidden=False, state=State.OPEN)
    contested = Theory.objects.filter(closed_at=None).exclude(state=State.OPEN)
    soon = _first(open_, "closes_at", after + CLOSING_SOON, until + CLOSING_SOON)
    found = [
        soon and soon - CLOSING_SOON,
        _first(open_, "closes_at", after, until),
        _first(contested.filter(state__in=UNRESOLVED), "closes_at", after, until),
        _first(Theory.objects.filter(scored_at=None), "resolved_at", after, until),
    ]
    return min(filter(None, found), default=None)


def _first(theories: QuerySet[Theory], field: str, after: datetime, until: datetime) -> datetime | None:
    between = {f"{field}__gt": after, f"{field}__lte": until, f"{field}__isnull": False}
    return theories.filter(**between).order_by(field).values_list(field, flat=True).first()
