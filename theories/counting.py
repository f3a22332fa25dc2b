"""Counts and ranks of theories, always what the rows say: computed by the database in one statement."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from theories import counting_sql as sql
from theories.crowding import FAINTEST, UNIT
from theories.models import Forecast, Theory
from theories.ranking import TAU, WEIGHTS, HotPart, Kind, Z, seconds

BATCH = 400
TOLERANCE = 1e-9
_LAST_ID = 2**63 - 1


@dataclass(frozen=True)
class Counts:
    """`comments` are those that everybody sees who sees the theory: a card must not tell of what lies beyond. `held`
    votes wait for a look and are among neither of the first two."""

    believe: int
    doubt: int
    comments: int
    held: int = 0


@dataclass(frozen=True)
class Crowd:
    """`percent` is None while nobody has forecast. The author is not the crowd."""

    percent: int | None
    forecasts: int


def recount(theory_ids: Iterable[int]) -> dict[int, Counts]:
    """Brings counts, hotness and ranks into line with the rows. Of forecasts only the marks: see `recount_crowds`.

    On PostgreSQL the caller holds the theories' row locks (`lock`): else two who write at once would each miss the
    other's row. SQLite's writers wait for one another anyway.
    """
    ids = sorted(set(theory_ids))
    rows = _rows(_statement(sql.UPDATE, ids), _parameters(ids)) if ids else []
    return {pk: Counts(*counts) for pk, *counts in rows}


def recount_crowds(theory_ids: Iterable[int]) -> dict[int, Crowd]:
    """Brings crowd and number of forecasts into line with the rows; apart, so that a vote does not pay for it. The
    caller holds the theories' row locks."""
    ids = sorted(set(theory_ids))
    rows = _rows(_crowd_statement(sql.CROWD_UPDATE, ids), _crowd_parameters(ids)) if ids else []
    return {pk: Crowd(*crowd) for pk, *crowd in rows}


def crowd_with(forecast: Forecast) -> Crowd:
    """What the crowd is once this forecast, which no row holds yet, stands beside those that do. The caller holds the
    theory's row lock."""
    to_database = connection.ops.adapt_datetimefield_value
    coming = {name: getattr(forecast, name) for name in ("theory_id", "fan_id", "probability", "is_void")}
    coming |= {"last_id": _LAST_ID, "made_at": to_database(forecast.made_at)}
    ids = [forecast.theory_id]
    statement = _crowd_statement(sql.CROWD, ids, sql.COMING)
    [(_, *crowd)] = _rows(statement, _crowd_parameters(ids) | coming)
    return Crowd(*crowd)


def lock(theory_ids: Iterable[int]) -> list[int]:
    """In the order of ids. All locks are taken in one order, so that no two transactions wait for each other in a ring:
    comments before theories, theories before fans, each by id; and never against what only points to them (`no_key`).
    """
    rows = Theory.objects.select_for_update(no_key=True).filter(pk__in=set(theory_ids)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def recount_in_batches(theory_ids: Iterable[int]) -> None:
    """All counts, for many: each batch in a transaction of its own, unless the caller has one."""
    for batch in _batches(theory_ids):
        with transaction.atomic():
            held = lock(batch)
            recount(held)
            recount_crowds(held)


def differing(theory_ids: Iterable[int]) -> list[int]:
    """Those whose stored counts, ranks or crowd are not what the rows say."""
    found = set()
    for ids in _batches(theory_ids):
        off = _rows(_statement(sql.DIFFERING, ids), _parameters(ids) | {"tolerance": TOLERANCE})
        off += _rows(_crowd_statement(sql.CROWD_DIFFERING, ids), _crowd_parameters(ids))
        found |= {pk for (pk,) in off}
    return sorted(found)


def hot_parts(theory: Theory, now: datetime, *, with_votes: bool = True) -> list[HotPart]:
    """What each kind of activity adds to a theory's heat now, most first. One statement, over all its rows; `why_hot`
    in `theories.stepping` asks for less where there are very many votes."""
    # Once time has settled an outcome it is shown as one, though the row may not say so yet.
    parameters = _parameters([theory.pk]) | {"is_settled": theory.is_settled, "with_votes": with_votes}
    parameters["now"] = seconds(now)
    return [HotPart(Kind(kind), *sums) for kind, *sums in _rows(_statement(sql.PARTS, [theory.pk]), parameters)]


def _batches(theory_ids: Iterable[int]) -> Iterator[Sequence[int]]:
    ids = sorted(set(theory_ids))
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _statement(template: str, ids: Sequence[int]) -> str:
    seconds = sql.SECONDS[connection.vendor]
    times = {name: seconds.format(name) for name in ("opened_at", "resolved_at", "cast_at", "made_at")}
    times["said_at"] = seconds.format("theories_comment.created_at")
    activity = sql.ACTIVITY.format(ids=_places(ids), is_mark=sql.IS_MARK[connection.vendor], **times)
    held = {"ids": _places(ids), "is_held": sql.IS_HELD[connection.vendor]}
    return template.format(activity=activity, facts=sql.FACTS.format(activity=activity, **held))


def _parameters(ids: Sequence[int]) -> dict[str, Any]:
    weights = {str(kind): float(weight) for kind, weight in WEIGHTS.items()}
    return _numbered(ids) | weights | {"tau": TAU, "z": Z, "is_settled": False, "with_votes": True}


def _crowd_statement(template: str, ids: Sequence[int], coming: str = "") -> str:
    """`coming`: one more row among those that stand."""
    places = _places(ids)
    rows = (sql.CURRENT + coming).format(ids=places)
    return template.format(facts=sql.CROWD_FACTS.format(ids=places, rows=rows))


def _crowd_parameters(ids: Sequence[int]) -> dict[str, Any]:
    return _numbered(ids) | {"unit": float(UNIT), "faintest": FAINTEST}


def _places(ids: Sequence[int]) -> str:
    return ", ".join(f"%(id{number})s" for number in range(len(ids)))


def _numbered(ids: Sequence[int]) -> dict[str, Any]:
    return {f"id{number}": pk for number, pk in enumerate(ids)}
