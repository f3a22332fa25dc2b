"""Looks for words in everything that the site keeps: every column of every table, every file."""

from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection


def found(*words: str) -> list[str]:
    """`where: word` for each place that holds one, whatever the case."""
    return sorted({*_in_tables(words), *_in_sessions(words), *_in_files(words)})


def _in_tables(words: tuple[str, ...]) -> set[str]:
    places = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = _text(value)
                    places |= {f"{table}.{column}: {word}" for word in words if word.lower() in text}
    return places


def _in_sessions(words: tuple[str, ...]) -> set[str]:
    texts = [_text(session.get_decoded()) for session in Session.objects.all()]
    return {f"a session: {word}" for text in texts for word in words if word.lower() in text}


def _in_files(words: tuple[str, ...]) -> set[str]:
    places = set()
    for path in Path(settings.DATA_DIR).rglob("*"):
        if path.is_file() and not path.name.startswith(("test.sqlite3", "db.sqlite3")):
            text = path.read_bytes().lower()
            name = str(path).lower()
            places |= {f"{path}: {word}" for word in words if word.lower().encode() in text or word.lower() in name}
    return places


def _text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace").lower()
    return str(value).lower()
