"""Lists of theories: orders, filters, and pages by key, so that the thousandth costs no more than the first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q
from django.utils import timezone

from lore.models import Work
from lore.search import find
from lore.spoilers import Fold, Shield, Viewer, screened
from theories.models import RESOLVED, Citation, State, Tag, Theory
from theories.models.theories import CLOSING_SOON, TheoryQuerySet
from theories.search import KIND

SIZE = 25
_MOST_MATCHES = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 2**63 - 1
_AT = "at"


@dataclass(frozen=True)
class Order:
    """`rows` is what the order is over. In `is_open` orders shielded theories keep their place, as neutral cards."""

    name: str
    label: str
    field: str
    rows: Callable[[], TheoryQuerySet] = Theory.objects.in_lists
    is_open: bool = True
    is_descending: bool = True

    @property
    def by(self) -> tuple[str, str]:
        return (f"-{self.field}", "-id") if self.is_descending else (self.field, "id")

    def beyond(self, value: Any, pk: int) -> Q:
        """What comes after the theory `pk`, which stands at `value`."""
        past = "lt" if self.is_descending else "gt"
        # The first condition says what the others imply, in a form that an index serves.
        return Q(**{f"{self.field}__{past}e": value}) & (
            Q(**{f"{self.field}__{past}": value}) | Q(**{f"id__{past}": pk})
        )


def _closing() -> TheoryQuerySet:
    return Theory.objects.in_lists().closing()


def _resolved() -> TheoryQuerySet:
    return Theory.objects.in_lists().filter(resolved_at__lte=timezone.now())


ORDERS = {
    order.name: order
    for order in (
        Order("hot", "Hot", "hot"),
        Order("new", "New", "opened_at"),
        Order("top", "Top", "top"),
        Order("controversial", "Controversial", "controversy"),
        Order("closing", "Closing", "closes_at", _closing, is_open=False, is_descending=False),
        Order("resolved", "Resolved", "resolved_at", _resolved, is_open=False),
    )
}


def _still_open() -> Q:
    return Q(state=State.OPEN) & (Q(closes_at=None) | Q(closes_at__gt=timezone.now()))


def _in_a_fortnight() -> Q:
    return _still_open() & Q(closes_at__lte=timezone.now() + CLOSING_SOON)


def _resolved_as(*outcomes: State) -> Q:
    """An outcome that was seconded counts from its `resolved_at` on, whether or not its state says so yet."""
    return Q(resolved_at__lte=timezone.now(), outcome__in=outcomes)


STATUSES: dict[str, tuple[str, Callable[[], Q]]] = {
    "open": ("Open", _still_open),
    "closing": ("Closing soon", _in_a_fortnight),
    "due": ("Due", lambda: Q(state=State.OPEN, closes_at__lte=timezone.now())),
    "proposed": ("Outcome proposed", lambda: Q(state=State.PROPOSED) & ~Q(resolved_at__lte=timezone.now())),
    "disputed": ("Disputed", lambda: Q(state=State.DISPUTED)),
    "resolved": ("Resolved", lambda: _resolved_as(*RESOLVED)),
    **{state.value: (state.label, lambda state=state: _resolved_as(state)) for state in RESOLVED},
    **{state.value: (state.label, lambda state=state: Q(state=state)) for state in (State.WITHDRAWN, State.DUPLICATE)},
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

    def apply(self, rows: TheoryQuerySet, viewer: Viewer) -> TheoryQuerySet:
        if self.tag:
            tags = Tag.objects.visible_to(viewer).filter(slug=self.tag)
            rows = rows.filter(pk__in=Theory.tags.through.objects.filter(tag__in=tags).values("theory_id"))
        if self.work:
            rows = rows.filter(_about(self.work, viewer))
        if self.status:
            rows = rows.filter(STATUSES[self.status][1]())
        if self.author:
            rows = rows.filter(author__username__iexact=self.author)
        if self.q:
            rows = rows.filter(pk__in=[hit.object_id for hit in find(viewer, KIND, self.q, limit=_MOST_MATCHES)])
        return rows


@dataclass(frozen=True)
class Listing:
    order: Order
    filters: Filters
    entries: list[Theory | Shield | Fold]
    is_first: bool
    next_place: str

    def address(self, **changes: str) -> str:
        """This list's query with something changed; an empty value takes a part away."""
        query = {"order": self.order.name, **self.filters.chosen} | changes
        parts = {name: value for name, value in query.items() if value and (name, value) != ("order", "hot")}
        return f"?{urlencode(parts)}" if parts else "?"


def listing(viewer: Viewer, query: Mapping[str, str]) -> Listing:
    order = ORDERS.get(query.get("order", ""), ORDERS["hot"])
    filters = Filters.read(query)
    rows = Theory.objects.listed() if filters.status == State.WITHDRAWN and order.is_open else order.rows()
    if filters.chosen or not order.is_open:
        rows = filters.apply(rows, viewer).visible_to(viewer)
    after = read_place(query.get("after", ""), order)
    if after:
        rows = rows.filter(order.beyond(*after))
    found = list(rows.for_cards(viewer).order_by(*order.by)[: SIZE + 1])
    next_place = _place_for(viewer, found[SIZE - 1], order) if len(found) > SIZE else ""
    return Listing(order, filters, screened(viewer, found[:SIZE]), after is None, next_place)


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


def _about(slug: str, viewer: Viewer) -> Q:
    """What gives the work away, waits for it, or cites its page as far as the viewer sees that."""
    work = Work.objects.filter(slug=slug).first()
    if work is None:
        return Q(pk=None)
    cited = Citation.objects.visible_to(viewer).filter(Q(page=work.page_id) | Q(claim__page=work.page_id))
    about = Q(due_work=work) | Q(
        pk__in=Theory.objects.alias(given=F("scope").bitand(work.mask)).exclude(given=0).values("pk")
    )
    return about | Q(pk__in=cited.values("theory_id")) if work.page_id else about
