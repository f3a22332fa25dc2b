"""Full-text search over `SearchEntry` rows: SQLite's FTS5 or PostgreSQL's text search, the same questions to both."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from lore.models import SearchEntry
from lore.passages import fold
from lore.spoilers import EVERYTHING, Viewer

LONGEST_QUERY = 200
_MOST_WORDS = 8
_POOL = 60
"""How many matches are looked at; the best of them are shown."""
_ARTICLES = {"the", "a", "an"}


@dataclass(frozen=True)
class Entry:
    scope: int
    title: str
    names: str
    body: str


@dataclass(frozen=True)
class Hit:
    kind: str
    object_id: int
    title: str
    names: str
    body: str


def index(kind: str, object_id: int, entries: Iterable[Entry]) -> None:
    """Replaces what is known of one thing."""
    forget(kind, object_id)
    SearchEntry.objects.bulk_create(
        SearchEntry(
            kind=kind, object_id=object_id, scope=part.scope, title=part.title[:250], names=part.names, body=part.body
        )
        for part in entries
    )


def forget(kind: str, object_id: int) -> None:
    SearchEntry.objects.filter(kind=kind, object_id=object_id).delete()


def words_of(query: str) -> list[str]:
    return re.findall(r"\w+", query[:LONGEST_QUERY].casefold())[:_MOST_WORDS]


def find(viewer: Viewer, kind: str, query: str, limit: int = 20) -> list[Hit]:
    """The best matches of one kind that this viewer may see, one for each thing. All words must occur; the last
    may be begun."""
    words = words_of(query)
    if not words:
        return []
    best: dict[int, Hit] = {}
    for hit in sorted(_matches(viewer, kind, words), key=lambda hit: not _is_named(hit, words)):
        best.setdefault(hit.object_id, hit)
    return list(best.values())[:limit]


def _is_named(hit: Hit, words: list[str]) -> bool:
    """Somebody who types a thing's very name wants that thing first."""
    asked = [word for word in words if word not in _ARTICLES]
    names = [hit.title, *hit.names.splitlines()]
    return any([word for word in words_of(name) if word not in _ARTICLES] == asked for name in names)


def _matches(viewer: Viewer, kind: str, words: list[str]) -> list[Hit]:
    sql, match = (_SQLITE, _fts5_query(words)) if connection.vendor == "sqlite" else (_POSTGRESQL, _tsquery(words))
    unseen = EVERYTHING & ~viewer.seen
    with connection.cursor() as cursor:
        cursor.execute(sql, {"match": match, "kind": kind, "unseen": unseen, "pool": _POOL})
        return [Hit(kind, *row) for row in cursor.fetchall()]


def _fts5_query(words: list[str]) -> str:
    # Quoted, so that AND, NEAR and the like are words too.
    return " ".join(f'"{word}"*' for word in words)


def _tsquery(words: list[str]) -> str:
    # Folding may bring out signs that mean something here, as "⑴" begins with a bracket.
    plain = [part for word in words for part in re.findall(r"\w+", fold(word))]
    return " & ".join(f"{word}:*" for word in plain)


_SQLITE = """
    SELECT entry.object_id, entry.title, entry.names, entry.body
    FROM lore_searchindex JOIN lore_searchentry AS entry ON entry.id = lore_searchindex.rowid
    WHERE lore_searchindex MATCH %(match)s AND entry.kind = %(kind)s AND (entry.scope & %(unseen)s) = 0
    ORDER BY bm25(lore_searchindex, 10.0, 8.0, 1.0), entry.id LIMIT %(pool)s
"""
_POSTGRESQL = """
    SELECT object_id, title, names, body FROM lore_searchentry
    WHERE vector @@ to_tsquery('archive', %(match)s) AND kind = %(kind)s AND (scope & %(unseen)s) = 0
    ORDER BY ts_rank(vector, to_tsquery('archive', %(match)s)) DESC, id LIMIT %(pool)s
"""
