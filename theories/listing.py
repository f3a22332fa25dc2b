"""Lists of theories: orders, filters, and pages by key, so that the thousandth costs no more than the first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.following import TAG, noting_follow
from accounts.muting import Muted
from lore.spoilers import Fold, Shield, Viewer, screened
from theories.models import State, Tag, Theory
from theories.models.theories import UNLISTED, TheoryQuerySet
from theories.narrowing import STATUSES, WINDOW, narrow, served

SIZE = 25
NEAR = 1000
"""As many are looked at before a whole window is."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 2**63 - 1
_AT = "at"


@dataclass(frozen=True)
class Order:
    """`rows` is what the order is over, `rows_further` the same for going on from a place. In `is_open` orders shielded
    theories keep their place, as neutral cards."""

    name: str
    label: str
    field: str
    rows: Callable[[], TheoryQuerySet] = Theory.objects.in_lists
    rows_further: Callable[[], TheoryQuerySet] = Theory.objects.in_lists
    is_open: bool = True
    is_descending: bool = True

    @property
    def by(self) -> tuple[str, str]:
        return (f"-{self.field}", "-id") if self.is_descending else (self.field, "id")

    def beyond(self, value: Any, pk: int) -> Q:
        """What comes after the theory `pk`, which stands at `value`."""
        past = "lt" if self.is_descending else "gt"
        return self._past(past, past, value, pk)

    def up_to(self, value: Any, pk: int) -> Q:
        """What comes before the theory `pk`, and itself."""
        past = "gt" if self.is_descending else "lt"
        return self._past(past, f"{past}e", value, pk)

    def _past(self, past: str, past_id: str, value: Any, pk: int) -> Q:
        # The first condition says what the others imply, in a form that an index serves.
        return Q(**{f"{self.field}__{past}e": value}) & (
            Q(**{f"{self.field}__{past}": value}) | Q(**{f"id__{past_id}": pk})
        )


def _closing() -> TheoryQuerySet:
    return Theory.objects.in_lists().closing()


def _resolved() -> TheoryQuerySet:
    return Theory.objects.in_lists().filter(resolved_at__lte=timezone.now())


# Below: where an order goes on from a place, SQLite would begin at the clock's end of the index nevertheless, unless
# the clock is asked for by another word.


def _still_closing() -> TheoryQuerySet:
    rows = Theory.objects.in_lists().alias(ends=Coalesce("closes_at", "closes_at"))
    return rows.filter(state=State.OPEN, ends__gt=timezone.now())


def _already_resolved() -> TheoryQuerySet:
    rows = Theory.objects.in_lists().alias(settled=Coalesce("resolved_at", "resolved_at"))
    return rows.filter(settled__lte=timezone.now())


ORDERS = {
    order.name: order
    for order in (
        Order("hot", "Hot", "hot"),
        Order("new", "New", "opened_at"),
        Order("top", "Top", "top"),
        Order("controversial", "Controversial", "controversy"),
        Order("closing", "Closing", "closes_at", _closing, _still_closing, is_open=False, is_descending=False),
        Order("resolved", "Resolved", "resolved_at", _resolved, _already_resolved, is_open=False),
    )
}


@dataclass(frozen=True)
class Filters:
    tag: str = ""
    work: str = ""
    status: str = ""
    author: str = ""
    q: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """From an address; what makes no sense is no filter."""
        given = {name: query.get(name, "").strip()[:200].replace("\x00", "") for name in cls.__dataclass_fields__}
        return cls(**given | {"status": given["status"] if given["status"] in STATUSES else ""})

    @property
    def chosen(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}

    def find_tag(self, viewer: Viewer) -> Tag | None:
        tags = noting_follow(Tag.objects.visible_to(viewer), TAG, viewer.fan_id)
        return tags.called(self.tag).first() if self.tag else None

    def by(self, tag: Tag | None) -> "Filters":
        """With the tag's own word, for whoever came by another."""
        return replace(self, tag=tag.slug) if tag else self

    def heard(self, viewer: Viewer, tag: Tag | None) -> Muted:
        """What stays muted: whom and what somebody asks for by name they want to see."""
        muted = viewer.muted
        return muted.but(fans=muted.fans if self.author else (), tags=[tag.pk] if tag else ())


@dataclass(frozen=True)
class Listing:
    order: Order
    filters: Filters
    entries: list[Theory | Shield | Fold]
    is_first: bool
    next_place: str
    tag: Tag | None = None
    """The one that it is filtered by, where the viewer may know of it."""

    def address(self, **changes: str) -> str:
        """This list's query with something changed; an empty value takes a part away."""
        query = {"order": self.order.name, **self.filters.chosen} | changes
        parts = {name: value for name, value in query.items() if value and (name, value) != ("order", "hot")}
        return f"?{urlencode(parts)}" if parts else "?"


def listing(viewer: Viewer, query: Mapping[str, str]) -> Listing:
    order = ORDERS.get(query.get("order", ""), ORDERS["hot"])
    asked = Filters.read(query)
    tag = asked.find_tag(viewer)
    filters = asked.by(tag)
    # By the tag itself: with how many have it PostgreSQL reckons only where it is told which it is.
    chosen = filters.chosen | ({"tag": tag} if filters.tag else {})
    after = read_place(query.get("after", ""), order)
    over = order.rows_further if after else order.rows
    rows = Theory.objects.listed() if filters.status in UNLISTED and order.is_open else over()
    rows = rows.wanted_by(viewer, filters.heard(viewer, tag))
    if after:
        rows = rows.filter(order.beyond(*after))
    if order.is_open or chosen:
        rows, end = _narrowed(rows, order, chosen, viewer)
        found = _found(viewer, order, rows)
    else:
        found, end = _seen(viewer, order, rows)
    next_place = _place_for(viewer, found[SIZE - 1], order) if len(found) > SIZE else end
    return Listing(order, filters, screened(viewer, found[:SIZE]), after is None, next_place, tag)


def _narrowed(rows: TheoryQuerySet, order: Order, chosen: dict[str, Any], viewer: Viewer) -> tuple[TheoryQuerySet, str]:
    """The rows that fit, and the place where looking for them ends; empty when it goes through to the last."""
    if not chosen:
        return rows, ""
    if order.is_open:
        rows, chosen = served(rows, chosen)
    fitting, is_walked = narrow(rows, chosen, viewer)
    fitting = fitting.visible_to(viewer)
    return _within(fitting, order, _end_of_window(rows, order, WINDOW) if is_walked else None)


def _seen(viewer: Viewer, order: Order, rows: TheoryQuerySet) -> tuple[list[Theory], str]:
    """The next that the viewer sees: mostly they are near, and finding the end of a whole window takes its time."""
    for size in (NEAR, WINDOW):
        near, end = _within(rows.visible_to(viewer), order, _end_of_window(rows, order, size))
        found = _found(viewer, order, near)
        if not end or len(found) > SIZE:
            break
    return found, end


def _found(viewer: Viewer, order: Order, rows: TheoryQuerySet) -> list[Theory]:
    # Found and sorted as ids: with all that cards show, a database may read every fan to find the authors of a few.
    places = rows.order_by(*order.by).values("pk")[: SIZE + 1]
    return list(Theory.objects.filter(pk__in=places).for_cards(viewer).order_by(*order.by))


def _within(rows: TheoryQuerySet, order: Order, last: tuple[Any, int] | None) -> tuple[TheoryQuerySet, str]:
    if last is None:
        return rows, ""
    value, pk = last
    return rows.filter(order.up_to(value, pk)), f"{_AT},{pk}"


def _end_of_window(rows: TheoryQuerySet, order: Order, size: int) -> tuple[Any, int] | None:
    return rows.order_by(*order.by).values_list(order.field, "pk")[size - 1 : size].first()


def place(theory: Theory, order: Order) -> str:
    """Where a theory stands in an order, as an address carries it."""
    value = getattr(theory, order.field)
    key = (value - _EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else repr(value)
    return f"{key},{theory.pk}"


def _place_for(viewer: Viewer, theory: Theory, order: Order) -> str:
    """A shielded theory's by its id alone: how old, hot or doubted it is stays behind the shield."""
    return place(theory, order) if viewer.sees(theory) else f"{_AT},{theory.pk}"


def read_place(words: str, order: Order) -> tuple[Any, int] | None:
    """What `place` or `_place_for` said; None for anything else."""
    key, _, pk = words.partition(",")
    if not (pk.isascii() and pk.isdecimal() and int(pk[:20]) <= _LARGEST and len(key) < 30):
        return None
    try:
        if key == _AT:
            return _place_of(int(pk), order)
        return (_read_moment(key) if order.field.endswith("_at") else _read_number(key)), int(pk)
    except (ValueError, OverflowError):
        return None


def _place_of(pk: int, order: Order) -> tuple[Any, int] | None:
    value = Theory.objects.listed().filter(pk=pk).values_list(order.field, flat=True).first()
    return None if value is None else (value, pk)


def _read_moment(key: str) -> datetime:
    return _EPOCH + timedelta(microseconds=int(key))


def _read_number(key: str) -> float:
    number = float(key)
    if not isfinite(number):
        raise ValueError(key)
    return number
