"""The filters of theory lists, bounded however many theories there are.

Where few fit a filter they are looked up and sorted. Where many do, the list's order is walked along its index and each
theory is asked in passing, through one window of it for each page: a page may then hold less than it could, and leads
on.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.utils import timezone

from accounts.models import User
from lore.models import Work
from lore.search import find
from lore.spoilers import Viewer
from theories.models import RESOLVED, Citation, State, Tag, Theory
from theories.models.theories import CLOSING_SOON, TheoryQuerySet
from theories.search import KIND

FEW = 2000
"""As many are looked up and sorted."""
WINDOW = 10_000
"""As many are walked past for one page."""
_MOST_MATCHES = 200
_TAGGING = Theory.tags.through
# Every scope that is in use, each by one look into the index `theory_by_scope`: they are far fewer than theories.
_USED_SCOPES = """
    WITH RECURSIVE used(scope) AS (
        SELECT MIN(scope) FROM theories_theory WHERE scope > 0
        UNION ALL
        SELECT (SELECT MIN(scope) FROM theories_theory WHERE scope > used.scope) FROM used WHERE used.scope IS NOT NULL
    ) SELECT scope FROM used WHERE (scope & %s) <> 0"""

type Narrowed = tuple[TheoryQuerySet, bool]
"""The rows that fit, and whether finding them means to walk."""


def tagged(rows: TheoryQuerySet, tag: Tag | None, viewer: Viewer) -> Narrowed:
    taggings = _TAGGING.objects.filter(tag=tag.pk if tag else 0)
    return narrowed(rows, [taggings.values_list("theory_id")], _any(taggings.filter(theory=OuterRef("pk"))))


def by(rows: TheoryQuerySet, username: str, viewer: Viewer) -> Narrowed:
    author = User.objects.named(username).values_list("pk", flat=True).first()
    # The sum keeps SQLite from looking up all by that author and sorting them.
    rows = rows.alias(writer=F("author") + 0)
    return narrowed(rows, [Theory.objects.filter(author=author).values_list("pk")], Q(writer=author))


def matching(rows: TheoryQuerySet, words: str, viewer: Viewer) -> Narrowed:
    hits = find(viewer, KIND, words, limit=_MOST_MATCHES)
    return rows.filter(pk__in=[hit.object_id for hit in hits]), False


def about(rows: TheoryQuerySet, slug: str, viewer: Viewer) -> Narrowed:
    """What gives the work away, waits for it, or cites its page as far as the viewer sees that."""
    work = next((work for work in viewer.works if work.slug == slug), None) or Work.objects.filter(slug=slug).first()
    if work is None:
        return rows.none(), False
    cited = Citation.objects.visible_to(viewer)
    places = [cited.filter(page=work.page_id), cited.filter(claim__page=work.page_id)] if work.page_id else []
    cited, fits = cited_by(places)
    theories = [Theory.objects.filter(due_work=work), _giving_away(work, viewer)]
    found = [*(those.values_list("pk") for those in theories), *cited]
    return narrowed(rows.alias(given=F("scope").bitand(work.mask)), found, fits | Q(due_work=work) | ~Q(given=0))


def cited_by(places: Sequence[QuerySet[Citation]]) -> tuple[list[QuerySet], Q]:
    """Both ways to ask for the theories of these citations, which may be very many: see `narrowed`."""
    found = [place.values_list("theory_id") for place in places]
    return found, reduce(or_, (_any(place.filter(theory=OuterRef("pk"))) for place in places), Q())


def _any(rows: QuerySet) -> Q:
    """Whether there are such rows for the theory that is asked: of an Exists PostgreSQL would make a table of all
    theories that have any, which may be half of them, before it asks the first."""
    return Q(IsNull(Subquery(rows.order_by().values("pk")[:1]), False))


def among_the_hottest() -> Q:
    """One window of what is in lists."""
    listed = Theory.objects.in_lists().order_by("-hot", "-id").values_list("hot", flat=True)
    edge = listed[WINDOW - 1 : WINDOW].first()
    return Q() if edge is None else Q(hot__gte=edge)


def _giving_away(work: Work, viewer: Viewer) -> TheoryQuerySet:
    """As far as the viewer may see any: before the work is seen, none but exceptions."""
    if viewer.inside(work.mask):
        return Theory.objects.filter(scope__in=_used_scopes(work.mask))
    return Theory.objects.excepted_for(viewer).alias(given=F("scope").bitand(work.mask)).exclude(given=0)


def _used_scopes(mask: int) -> list[int]:
    """Those that give some of it away. Named one by one they are looked up in the index; asked for within the query,
    PostgreSQL would read theories until enough have one of them."""
    with connection.cursor() as cursor:
        cursor.execute(_USED_SCOPES, [mask])
        return [scope for (scope,) in cursor]


def in_status(rows: TheoryQuerySet, status: str, viewer: Viewer) -> Narrowed:
    _, condition = STATUSES[status]
    if status in OF_OPEN:
        # Of itself alone: else SQLite would look up all that close then and sort them.
        rows = rows.alias(ends=Coalesce("closes_at", "closes_at"))
        found = Theory.objects.listed().filter(condition()).values_list("pk")
        return narrowed(rows, [found], condition("ends"))
    return rows.filter(condition()), True


def served(rows: TheoryQuerySet, chosen: dict[str, Any]) -> tuple[TheoryQuerySet, dict[str, Any]]:
    """What an index in the list's order leads to by itself, and the filters that are left. For orders over all that is
    in lists."""
    status = chosen.get("status", "")
    if not status or status in OF_OPEN:
        return rows, chosen
    _, condition = STATUSES[status]
    return rows.filter(condition()), {name: value for name, value in chosen.items() if name != "status"}


def narrowed(rows: TheoryQuerySet, found: Sequence[QuerySet], fits: Q) -> Narrowed:
    """`found` and `fits` say the same: ids of theories, from one place or several, and whether one is among them."""
    first, *others = (ids.order_by() for ids in found)
    ids = first.union(*others, all=True).order_by() if others else first
    few = {pk for (pk,) in ids[: FEW + 1]}
    if len(few) <= FEW:
        # As numbers: to pass two thousand parameters takes longer than to find the rows.
        listed = RawSQL(", ".join(map(str, few)), [])  # noqa: S611
        return (rows.filter(pk__in=listed) if few else rows.none()), False
    # As a case, which PostgreSQL cannot turn into a join that begins at all that fit, and not as an equation, which it
    # would take to let few through.
    return rows.alias(fits=Case(When(fits, then=1), default=0)).filter(fits__gt=0), True


# Statuses. What their conditions say twice lets an index serve them: one over what is not open, one over what has an
# outcome, in each order.


def _still_open(end: str = "closes_at") -> Q:
    return Q(state=State.OPEN) & (Q(**{end: None}) | Q(**{f"{end}__gt": timezone.now()}))


def _in_a_fortnight(end: str = "closes_at") -> Q:
    now = timezone.now()
    return Q(state=State.OPEN, **{f"{end}__gt": now, f"{end}__lte": now + CLOSING_SOON})


def _is_due(end: str = "closes_at") -> Q:
    return Q(state=State.OPEN, **{f"{end}__lte": timezone.now()})


def _not_open(state: State) -> Q:
    return Q(state=state) & ~Q(state=State.OPEN)


def _proposed() -> Q:
    return _not_open(State.PROPOSED) & ~Q(resolved_at__lte=timezone.now())


def _resolved_as(*outcomes: State) -> Q:
    """An outcome that was seconded counts from its `resolved_at` on, whether or not its state says so yet."""
    return Q(resolved_at__lte=timezone.now(), outcome__in=outcomes) & ~Q(outcome="")


STATUSES: dict[str, tuple[str, Callable[..., Q]]] = {
    "open": ("Open", _still_open),
    "closing": ("Closing soon", _in_a_fortnight),
    "due": ("Due", _is_due),
    "proposed": ("Outcome proposed", _proposed),
    "disputed": ("Disputed", lambda: _not_open(State.DISPUTED)),
    "resolved": ("Resolved", lambda: _resolved_as(*RESOLVED)),
    **{state.value: (state.label, lambda state=state: _resolved_as(state)) for state in RESOLVED},
    **{
        state.value: (state.label, lambda state=state: _not_open(state)) for state in (State.WITHDRAWN, State.DUPLICATE)
    },
}
OF_OPEN = ("open", "closing", "due")
"""Their conditions take the column that says when a theory closes."""
NARROWERS: dict[str, Callable[[TheoryQuerySet, Any, Viewer], Narrowed]] = {
    "tag": tagged,
    "work": about,
    "status": in_status,
    "author": by,
    "q": matching,
}
"""By the name of the filter. They take what was chosen: a tag as such, the others as they were typed."""


def narrow(rows: TheoryQuerySet, chosen: dict[str, Any], viewer: Viewer) -> Narrowed:
    """As soon as one filter leaves few, nothing needs walking."""
    walks = []
    for name, value in chosen.items():
        rows, must_walk = NARROWERS[name](rows, value, viewer)
        walks.append(must_walk)
    return rows, bool(walks) and all(walks)
