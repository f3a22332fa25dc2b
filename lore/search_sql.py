"""The search's statements. In each the newest matches are walked, within `walk` and `pool`, and never all of them."""

# CROSS JOIN is SQLite's word for "in this order": the newest come first, and the walk ends where the pool is full. To
# ask for the order again would walk to the end and sort.
_SQLITE_NEWEST = """
    SELECT entry.id FROM (
        SELECT rowid AS place FROM lore_searchindex WHERE lore_searchindex MATCH {match}
        ORDER BY rowid DESC LIMIT %(walk)s
    ) CROSS JOIN lore_searchentry AS entry
    WHERE entry.id = place AND (entry.scope & %(unseen)s) = 0 LIMIT %(pool)s
"""
# Where the planner knows a word to be common, it walks `entry_newest_of_kind` backwards; else it asks the text's index.
# An equation of a scope it takes to let one row in two hundred through, and would never walk; "<=" says the same.
_POSTGRESQL_NEWEST = """
    SELECT id FROM lore_searchentry
    WHERE vector @@ to_tsquery('archive', {match}) AND kind = %(kind)s AND (scope & %(unseen)s) <= 0
    ORDER BY id DESC LIMIT %(pool)s
"""
_NAMED = """
    SELECT entry.id FROM lore_searchname AS name JOIN lore_searchentry AS entry ON entry.id = name.entry_id
    WHERE name.kind = %(kind)s AND name.called = %(called)s AND (entry.scope & %(unseen)s) <= 0
    ORDER BY name.entry_id DESC LIMIT %(namesakes)s
"""
_SHOWN = """
    SELECT object_id, title, names, body FROM lore_searchentry
    WHERE id IN (SELECT id FROM pool UNION SELECT id FROM named) ORDER BY id DESC
"""
# Words that are only begun are asked for only when whole words do not fill the pool.
_IF_ROOM = "CASE WHEN (SELECT COUNT(*) FROM whole) < %(pool)s THEN %(begun)s ELSE 'kind : none' END"

# Put together of constants alone: what is asked goes in as parameters.
FINDING = {
    "sqlite": f"""
    WITH whole AS MATERIALIZED ({_SQLITE_NEWEST.format(match="%(exact)s")}),
        begun AS MATERIALIZED ({_SQLITE_NEWEST.format(match=_IF_ROOM)}),
        pool AS (SELECT id FROM whole UNION SELECT id FROM begun),
        named AS MATERIALIZED ({_NAMED})
    {_SHOWN}""",  # noqa: S608
    "postgresql": f"""
    WITH pool AS MATERIALIZED ({_POSTGRESQL_NEWEST.format(match="%(begun)s")}), named AS MATERIALIZED ({_NAMED})
    {_SHOWN}""",
}
_NEWEST = {"sqlite": _SQLITE_NEWEST, "postgresql": _POSTGRESQL_NEWEST}


def gathering(vendor: str, questions: int) -> str:
    """The newest matches of each of so many questions, `match0` and so on."""
    newest = [_NEWEST[vendor].format(match=f"%(match{number})s") for number in range(questions)]
    pools = " UNION ".join(f"SELECT id FROM ({pool}) AS pool{number}" for number, pool in enumerate(newest))  # noqa: S608
    return f"SELECT object_id, title, names FROM lore_searchentry WHERE id IN ({pools}) ORDER BY id DESC"  # noqa: S608
