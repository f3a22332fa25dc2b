"""Full-text search over `SearchEntry` rows: SQLite's FTS5 or PostgreSQL's text search, the same questions to both.

Only a bounded pool of the newest matches is ranked: ranking all of them would cost a common word among a million
theories a fifth of a second. What is called by the very words that were typed is in the pool however old it is.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection

from lore import search_sql as sql
from lore.models import SearchEntry, SearchName
from lore.passages import fold
from lore.spoilers import EVERYTHING, Viewer

LONGEST_QUERY = 200
_MOST_WORDS = 8
_POOL = 300
"""How many matches are looked at; the best of them are shown."""
_WALK = 10_000
"""How many of the newest matches are asked whether this viewer may see them."""
_NAMESAKES = 20
_ARTICLES = {"the", "a", "an"}
_TITLE, _NAMES = 10, 8
"""What a word weighs in a title and among other names. In the text it weighs less than 1, however often it occurs."""


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
    rows = SearchEntry.objects.bulk_create(
        SearchEntry(
            kind=kind, object_id=object_id, scope=part.scope, title=part.title[:250], names=part.names, body=part.body
        )
        for part in entries
    )
    SearchName.objects.bulk_create(
        SearchName(entry=row, kind=kind, called=called) for row in rows for called in all_called(row)
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
    called, stems = _called(query), [_stem(word) for word in words]
    best: dict[int, Hit] = {}
    for hit in sorted(_matches(viewer, kind, words, called), key=lambda hit: _rank(hit, called, stems)):
        best.setdefault(hit.object_id, hit)
    return list(best.values())[:limit]


def gather(viewer: Viewer, kind: str, questions: Iterable[Sequence[str]], each: int) -> list[Hit]:
    """For each question (words that must all occur) the newest `each` matches that this viewer may see, unranked and
    without their text."""
    asked = [question for question in questions if question]
    if not asked:
        return []
    parameters: dict[str, Any] = {"kind": kind, "unseen": EVERYTHING & ~viewer.seen, "pool": each, "walk": 20 * each}
    for number, words in enumerate(asked):
        parameters[f"match{number}"] = _question(kind, words, is_begun=False)
    rows = _rows(sql.gathering(connection.vendor, len(asked)), parameters)
    return [Hit(kind, *row, body="") for row in rows]


def _rank(hit: Hit, called: str, stems: list[str]) -> tuple[bool, float]:
    """Somebody who types a thing's very name wants that thing first."""
    title, names, body = hit.title.casefold(), hit.names.casefold(), hit.body.casefold()
    weight = 0.0
    for stem in stems:
        times = body.count(stem)
        weight += _TITLE * (stem in title) + _NAMES * (stem in names) + times / (times + 2)
    return called not in all_called(hit), -weight


def _stem(word: str) -> str:
    """The beginning that a word's forms share, more or less."""
    return word if len(word) < 5 else word[:-2]


def _called(name: str) -> str:
    return " ".join(word for word in words_of(name) if word not in _ARTICLES)


def all_called(thing: Hit | SearchEntry | Entry) -> set[str]:
    """By which a thing is asked for: its title and its other names, in plain words."""
    return {_called(name) for name in chain([thing.title], thing.names.splitlines())} - {""}


def _matches(viewer: Viewer, kind: str, words: list[str], called: str) -> list[Hit]:
    parameters = {
        "exact": _question(kind, words, is_begun=False),
        "begun": _question(kind, words, is_begun=True),
        "called": called,
        "kind": kind,
        "unseen": EVERYTHING & ~viewer.seen,
        "walk": _WALK,
        "pool": _POOL,
        "namesakes": _NAMESAKES,
    }
    return [Hit(kind, *row) for row in _rows(sql.FINDING[connection.vendor], parameters)]


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _question(kind: str, words: Sequence[str], *, is_begun: bool) -> str:
    ask = _fts5_query if connection.vendor == "sqlite" else _tsquery
    return ask(kind, words, "*" if is_begun else "")


def _fts5_query(kind: str, words: Sequence[str], ending: str) -> str:
    # Quoted, so that AND, NEAR and the like are words too.
    quoted = " AND ".join(f'"{word}"' for word in words)
    return f"kind : {kind} AND {{title names body}} : ({quoted}{ending})"


def _tsquery(kind: str, words: Sequence[str], ending: str) -> str:
    # Folding may bring out signs that mean something here, as "⑴" begins with a bracket.
    plain = [part for word in words for part in re.findall(r"\w+", fold(word))]
    return " & ".join(plain) + (f":{ending}" if plain and ending else "")
