"""Many rows at once, as plain tuples: no model instance is made, which would take most of the time."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

type Row = tuple[Any, ...]
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 — what both databases are given is UTC without saying so


def pour(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Inserts rows whose values are as the database takes them (moments by `written`, JSON as text). `columns` are
    names of columns; the others get their defaults."""
    rows = list(rows)
    if not rows:
        return
    rest = _defaults(model, set(columns))
    names = [*columns, *rest]
    values = tuple(rest.values())
    whole = [(*row, *values) for row in rows] if values else rows
    (_insert if connection.vendor == "sqlite" else _copy)(model._meta.db_table, names, whole)


def _defaults(model: type[models.Model], given: set[str]) -> dict[str, Any]:
    fields = [field for field in model._meta.local_concrete_fields if not field.generated and not field.primary_key]
    missing = [field for field in fields if field.column not in given]
    return {field.column: field.get_db_prep_save(field.get_default(), connection) for field in missing}


def _insert(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    names, places = ", ".join(f'"{name}"' for name in columns), ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)  # noqa: S608 — own names


def _copy(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def next_id(model: type[models.Model]) -> int:
    return (model.objects.aggregate(last=models.Max("pk"))["last"] or 0) + 1


def number_on(*given: type[models.Model]) -> None:
    """PostgreSQL counts on by itself only from ids that it gave."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), given):
            cursor.execute(statement)


def written(moment: int) -> str:
    """Milliseconds since 1970, as both databases read a moment, and as Django writes it on SQLite."""
    return str(_EPOCH + timedelta(milliseconds=moment))


def day_of(moment: int) -> str:
    return written(moment)[:10]
