"""The statements of `theories.counting`: counts and ranks as the database computes them from the rows. What they mean
is said, and tested, by pure functions: `theories.ranking` and `theories.crowding`."""

# `julianday` is exact to the millisecond; see `theories.clock`.
SECONDS = {
    "sqlite": "((julianday({}) - 2440587.5) * 86400.0)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM {}) AS double precision)",
}
# As the condition of the index `forecast_marks` is written.
IS_MARK = {"sqlite": "theories_forecast.is_mark = 1", "postgresql": "theories_forecast.is_mark"}
IS_HELD = {"sqlite": "theories_vote.is_held = 1", "postgresql": "theories_vote.is_held"}
# Of each fan the first mark counts (`theories.crowding.is_mark` tells why); MATERIALIZED: found by the index of marks,
# not by one in whose order they could be grouped.
# An outcome that waits for objections heats nothing yet.
ACTIVITY = """
    WITH theory AS (
        SELECT id, {opened_at} AS opened, CASE WHEN state = outcome OR %(is_settled)s THEN {resolved_at} END AS resolved
        FROM theories_theory WHERE id IN ({ids})
    ), vote AS (
        SELECT theories_vote.theory_id, theories_vote.value, {cast_at} AS at
        FROM theories_vote JOIN accounts_user ON accounts_user.id = theories_vote.fan_id
        WHERE theories_vote.theory_id IN ({ids})
        AND theories_vote.value <> 0 AND NOT theories_vote.is_void AND NOT theories_vote.is_held
        AND accounts_user.is_active AND %(with_votes)s
    ), remark AS (
        SELECT theories_comment.theory_id, {said_at} AS at,
            theories_comment.scope & ~theories_theory.scope AS beyond
        FROM theories_comment JOIN theories_theory ON theories_theory.id = theories_comment.theory_id
        WHERE theories_comment.theory_id IN ({ids}) AND NOT theories_comment.is_hidden AND deleted_at IS NULL
    ), moved AS MATERIALIZED (
        SELECT theories_forecast.theory_id, theories_forecast.fan_id, {made_at} AS at
        FROM theories_forecast JOIN accounts_user ON accounts_user.id = theories_forecast.fan_id
        WHERE theories_forecast.theory_id IN ({ids}) AND {is_mark}
        AND NOT theories_forecast.is_void AND accounts_user.is_active
    ), mark AS (
        SELECT theory_id, MIN(at) AS at FROM moved GROUP BY theory_id, fan_id
    ), activity AS (
        SELECT id AS theory_id, 'opening' AS kind, CAST(%(opening)s AS double precision) AS weight, opened AS at
        FROM theory WHERE opened IS NOT NULL
        UNION ALL SELECT id, 'resolution', CAST(%(resolution)s AS double precision), resolved
        FROM theory WHERE resolved IS NOT NULL
        UNION ALL SELECT theory_id, 'vote', CAST(%(vote)s AS double precision), at FROM vote
        UNION ALL SELECT theory_id, 'comment', CAST(%(comment)s AS double precision), at FROM remark
        UNION ALL SELECT theory_id, 'crowd', CAST(%(crowd)s AS double precision), at FROM mark
    )"""
# What is far older than the latest activity, or than now, counts for nothing: PostgreSQL does not let exp() run into 0.
PARTS = """{activity}
    SELECT kind, COUNT(*), SUM(weight * CASE
        WHEN (at - CAST(%(now)s AS double precision)) / CAST(%(tau)s AS double precision) < -600 THEN 0
        ELSE EXP((at - CAST(%(now)s AS double precision)) / CAST(%(tau)s AS double precision)) END) AS heat
    FROM activity GROUP BY kind ORDER BY heat DESC, kind"""
FACTS = """{activity}, latest AS (
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
    ), held AS (
        SELECT theories_vote.theory_id, COUNT(*) AS n
        FROM theories_vote JOIN accounts_user ON accounts_user.id = theories_vote.fan_id
        WHERE theories_vote.theory_id IN ({ids}) AND {is_held}
        AND theories_vote.value <> 0 AND NOT theories_vote.is_void AND accounts_user.is_active
        GROUP BY theories_vote.theory_id
    ), facts AS (
        SELECT theory.id, CAST(COALESCE(votes.b, 0) AS bigint) AS believe,
            CAST(COALESCE(votes.d, 0) AS bigint) AS doubt,
            COALESCE(remarks.n, 0) AS comments, COALESCE(held.n, 0) AS held, COALESCE(heat.hot, 0) AS hot,
            COALESCE((b / votes.n + z * z / (2 * votes.n)
                - z * SQRT((b * d / votes.n + z * z / 4) / votes.n / votes.n))
                / (1 + z * z / votes.n), 0) AS top,
            CASE WHEN b > d AND d > 0 THEN POWER(votes.n, d / b)
                WHEN b > 0 AND d > 0 THEN POWER(votes.n, b / d) ELSE 0 END AS controversy
        FROM theory LEFT JOIN heat ON heat.theory_id = theory.id
        LEFT JOIN votes ON votes.theory_id = theory.id LEFT JOIN remarks ON remarks.theory_id = theory.id
        LEFT JOIN held ON held.theory_id = theory.id
        CROSS JOIN (SELECT CAST(%(z)s AS double precision) AS z) AS quantile
    )"""
UPDATE = """{facts}
    UPDATE theories_theory SET
        believe_count = facts.believe, doubt_count = facts.doubt, comment_count = facts.comments,
        held_count = facts.held, hot = facts.hot, top = facts.top, controversy = facts.controversy
    FROM facts WHERE facts.id = theories_theory.id
    RETURNING theories_theory.id, believe_count, doubt_count, comment_count, held_count"""
DIFFERING = """{facts}
    SELECT facts.id FROM facts JOIN theories_theory ON theories_theory.id = facts.id
    WHERE facts.believe <> believe_count OR facts.doubt <> doubt_count OR facts.comments <> comment_count
    OR facts.held <> held_count OR ABS(facts.hot - theories_theory.hot) > %(tolerance)s
    OR ABS(facts.top - theories_theory.top) > %(tolerance)s
    OR ABS(facts.controversy - theories_theory.controversy) > %(tolerance)s ORDER BY facts.id"""

# Forecasts. `rows` are the current ones, as the index `forecast_current` has them, and maybe one that is about to be.
CURRENT = """
    SELECT id, theory_id, fan_id, probability, made_at, is_void FROM theories_forecast
    WHERE theory_id IN ({ids}) AND stood_until IS NULL"""
COMING = """
    UNION ALL SELECT CAST(%(last_id)s AS bigint), CAST(%(theory_id)s AS bigint), CAST(%(fan_id)s AS bigint),
    CAST(%(probability)s AS smallint), %(made_at)s, %(is_void)s"""
CROWD_FACTS = """
    WITH forecast AS ({rows}), standing AS (
        SELECT forecast.theory_id, forecast.probability,
            ROW_NUMBER() OVER in_order AS place,
            COUNT(*) OVER (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS forecasts
        FROM forecast JOIN accounts_user ON accounts_user.id = forecast.fan_id
        JOIN theories_theory ON theories_theory.id = forecast.theory_id
        WHERE NOT forecast.is_void AND accounts_user.is_active AND forecast.fan_id <> theories_theory.author_id
        WINDOW in_order AS (PARTITION BY forecast.theory_id ORDER BY forecast.made_at, forecast.id)
    ), weighed AS (
        SELECT theory_id, probability, forecasts, SUM(CASE
            WHEN SQRT(place) - SQRT(forecasts) <= %(faintest)s THEN 0
            ELSE CAST(ROUND(%(unit)s * EXP(SQRT(place) - SQRT(forecasts))) AS bigint) END) AS weight
        FROM standing GROUP BY theory_id, probability, forecasts
    ), reached AS (
        SELECT theory_id, probability, forecasts,
            SUM(weight) OVER (PARTITION BY theory_id ORDER BY probability) AS weight,
            SUM(weight) OVER (PARTITION BY theory_id) AS whole
        FROM weighed
    ), facts AS (
        SELECT theories_theory.id, MIN(reached.probability) AS crowd, COALESCE(MAX(reached.forecasts), 0) AS forecasts
        FROM theories_theory LEFT JOIN reached
        ON reached.theory_id = theories_theory.id AND 2 * reached.weight >= reached.whole
        WHERE theories_theory.id IN ({ids}) GROUP BY theories_theory.id
    )"""
CROWD = """{facts} SELECT id, crowd, forecasts FROM facts"""
CROWD_UPDATE = """{facts}
    UPDATE theories_theory SET crowd = facts.crowd, forecast_count = facts.forecasts
    FROM facts WHERE facts.id = theories_theory.id
    RETURNING theories_theory.id, theories_theory.crowd, forecast_count"""
CROWD_DIFFERING = """{facts}
    SELECT facts.id FROM facts JOIN theories_theory ON theories_theory.id = facts.id
    WHERE COALESCE(facts.crowd, 0) <> COALESCE(theories_theory.crowd, 0) OR facts.forecasts <> forecast_count
    ORDER BY facts.id"""
