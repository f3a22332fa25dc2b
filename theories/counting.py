"""Counts and ranks of theories, always what the rows say: computed by the database in one statement."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from theories.models import Comment, Theory, Vote
from theories.ranking import TAU, WEIGHTS, Activity, Kind, Z

BATCH = 400
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Counts:
    """`comments` are those that everybody sees who sees the theory: a card must not tell of what lies beyond."""

    believe: int
    doubt: int
    comments: int


def recount(theory_ids: Iterable[int]) -> dict[int, Counts]:
    """Brings counts, hotness and ranks into line with the rows.

    On PostgreSQL the caller holds the theories' row locks (`lock`): else two who write at once would each miss the
    other's row. SQLite's writers wait for one another anyway.
    """
    ids = sorted(set(theory_ids))
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_statement(_UPDATE, ids), _parameters(ids))
        return {pk: Counts(*counts) for pk, *counts in cursor.fetchall()}


def lock(theory_ids: Iterable[int]) -> list[int]:
    """In the order of ids, so that two who lock several never wait for each other in a ring."""
    rows = Theory.objects.select_for_update(no_key=True).filter(pk__in=set(theory_ids)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def recount_in_batches(theory_ids: Iterable[int]) -> None:
    """For many: each batch in a transaction of its own, unless the caller has one."""
    for batch in _batches(theory_ids):
        with transaction.atomic():
            recount(lock(batch))


def differing(theory_ids: Iterable[int]) -> list[int]:
    """Those whose stored counts or ranks are not what the rows say."""
    found = []
    for ids in _batches(theory_ids):
        with connection.cursor() as cursor:
            cursor.execute(_statement(_DIFFERING, ids), _parameters(ids) | {"tolerance": TOLERANCE})
            found += [pk for (pk,) in cursor.fetchall()]
    return found


def activities(theory: Theory) -> Iterator[Activity]:
    """The rows that make it hot, for saying why."""
    if theory.opened_at:
        yield Activity(Kind.OPENING, theory.opened_at)
    if theory.resolved_at:
        yield Activity(Kind.RESOLUTION, theory.resolved_at)
    for at in Vote.objects.standing().filter(theory=theory).values_list("cast_at", flat=True):
        yield Activity(Kind.VOTE, at)
    for at in Comment.objects.standing().filter(theory=theory).values_list("created_at", flat=True):
        yield Activity(Kind.COMMENT, at)


def _batches(theory_ids: Iterable[int]) -> Iterator[Sequence[int]]:
    ids = sorted(set(theory_ids))
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _statement(template: str, ids: Sequence[int]) -> str:
    seconds = _SECONDS[connection.vendor]
    times = {name: seconds.format(name) for name in ("opened_at", "resolved_at", "cast_at")}
    times["said_at"] = seconds.format("theories_comment.created_at")
    places = ", ".join(f"%(id{number})s" for number in range(len(ids)))
    return template.format(facts=_FACTS.format(ids=places, **times))


def _parameters(ids: Sequence[int]) -> dict[str, float]:
    weights = {str(kind): float(weight) for kind, weight in WEIGHTS.items()}
    return {f"id{number}": pk for number, pk in enumerate(ids)} | weights | {"tau": TAU, "z": Z}


# `julianday` is exact to the millisecond; see `theories.clock`.
_SECONDS = {
    "sqlite": "((julianday({}) - 2440587.5) * 86400.0)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM {}) AS double precision)",
}
# What is far older than the latest activity counts for nothing: PostgreSQL does not let exp() run into 0.
_FACTS = """
    WITH theory AS (
        SELECT id, {opened_at} AS opened, {resolved_at} AS resolved FROM theories_theory WHERE id IN ({ids})
    ), vote AS (
        SELECT theories_vote.theory_id, theories_vote.value, {cast_at} AS at
        FROM theories_vote JOIN accounts_user ON accounts_user.id = theories_vote.fan_id
        WHERE theories_vote.theory_id IN ({ids})
        AND theories_vote.value <> 0 AND NOT theories_vote.is_void AND accounts_user.is_active
    ), remark AS (
        SELECT theories_comment.theory_id, {said_at} AS at,
            theories_comment.scope & ~theories_theory.scope AS beyond
        FROM theories_comment JOIN theories_theory ON theories_theory.id = theories_comment.theory_id
        WHERE theories_comment.theory_id IN ({ids}) AND NOT theories_comment.is_hidden AND deleted_at IS NULL
    ), activity AS (
        SELECT id AS theory_id, CAST(%(opening)s AS double precision) AS weight, opened AS at
        FROM theory WHERE opened IS NOT NULL
        UNION ALL SELECT id, CAST(%(resolution)s AS double precision), resolved
        FROM theory WHERE resolved IS NOT NULL
        UNION ALL SELECT theory_id, CAST(%(vote)s AS double precision), at FROM vote
        UNION ALL SELECT theory_id, CAST(%(comment)s AS double precision), at FROM remark
    ), latest AS (
        SELECT theory_id, MAX(at) / CAST(%(tau)s AS double precision) AS age FROM activity GROUP BY theory_id
    ), heat AS (
        SELECT activity.theory_id, latest.age + LN(SUM(activity.weight * CASE
            WHEN activity.at / CAST(%(tau)s AS double precision) - latest.age < -600 THEN 0
            ELSE EXP(activity.at / CAST(%(tau)s AS double precision) - latest.age) END)) AS hot
        FROM activity JOIN latest ON latest.theory_id = activity.theory_id
        GROUP BY activity.theory_id, latest.age
    ), votes AS (
        SELECT theory_id, CAST(COUNT(*) AS double precision) AS n,
            CAST(SUM(CASE WHEN value = 1 THEN 1 ELSE 0 END) AS double precision) AS b,
            CAST(SUM(CASE WHEN value = -1 THEN 1 ELSE 0 END) AS double precision) AS d
        FROM vote GROUP BY theory_id
    ), remarks AS (
        SELECT theory_id, COUNT(*) AS n FROM remark WHERE beyond = 0 GROUP BY theory_id
    ), facts AS (
        SELECT theory.id, CAST(COALESCE(votes.b, 0) AS bigint) AS believe,
            CAST(COALESCE(votes.d, 0) AS bigint) AS doubt,
            COALESCE(remarks.n, 0) AS comments, COALESCE(heat.hot, 0) AS hot,
            COALESCE((b / votes.n + z * z / (2 * votes.n)
                - z * SQRT((b * d / votes.n + z * z / 4) / votes.n / votes.n))
                / (1 + z * z / votes.n), 0) AS top,
            CASE WHEN b > d AND d > 0 THEN POWER(votes.n, d / b)
                WHEN b > 0 AND d > 0 THEN POWER(votes.n, b / d) ELSE 0 END AS controversy
        FROM theory LEFT JOIN heat ON heat.theory_id = theory.id
        LEFT JOIN votes ON votes.theory_id = theory.id LEFT JOIN remarks ON remarks.theory_id = theory.id
        CROSS JOIN (SELECT CAST(%(z)s AS double precision) AS z) AS quantile
    )"""
_UPDATE = """{facts}
    UPDATE theories_theory SET
        believe_count = facts.believe, doubt_count = facts.doubt, comment_count = facts.comments,
        hot = facts.hot, top = facts.top, controversy = facts.controversy
    FROM facts WHERE facts.id = theories_theory.id
    RETURNING theories_theory.id, believe_count, doubt_count, comment_count"""
_DIFFERING = """{facts}
    SELECT facts.id FROM facts JOIN theories_theory ON theories_theory.id = facts.id
    WHERE facts.believe <> believe_count OR facts.doubt <> doubt_count OR facts.comments <> comment_count
    OR ABS(facts.hot - theories_theory.hot) > %(tolerance)s
    OR ABS(facts.top - theories_theory.top) > %(tolerance)s
    OR ABS(facts.controversy - theories_theory.controversy) > %(tolerance)s ORDER BY facts.id"""
