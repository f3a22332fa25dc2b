"""Triggers that keep rows as they were written. For migrations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table}
WHEN {also}({old}) IS NOT ({new})
BEGIN SELECT RAISE(ABORT, '{words}'); END
"""
_POSTGRESQL = """
CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END$$;
CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} FOR EACH ROW
WHEN ({also}({old}) IS DISTINCT FROM ({new}))
EXECUTE FUNCTION {table}_refuse()
"""


@dataclass(frozen=True)
class Guard:
    """Refuses every UPDATE that would change one of `columns`, with `words`. `unless_cleared`: a column that may be
    set to NULL and to nothing else. DELETE is free: a guard on it would break the flush between tests."""

    table: str
    columns: Sequence[str]
    words: str
    unless_cleared: str = ""

    def put_on(self, apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        sql = _SQLITE if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL
        old, new = (", ".join(f'{row}."{column}"' for column in self.columns) for row in ("OLD", "NEW"))
        also = f'NEW."{self.unless_cleared}" IS NOT NULL OR ' if self.unless_cleared else ""
        schema_editor.execute(sql.format(table=self.table, old=old, new=new, words=self.words, also=also), params=None)

    def take_off(self, apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        is_sqlite = schema_editor.connection.vendor == "sqlite"
        drop = "DROP TRIGGER {}_append_only" if is_sqlite else "DROP FUNCTION {}_refuse CASCADE"
        schema_editor.execute(drop.format(self.table))

    def around(self, *operations: Any) -> list[Any]:
        """For what makes the table anew on SQLite, where the trigger goes with the old one, and for what rewrites its
        rows: taken off before and put on after, on both databases and both ways."""
        off, on = (self.take_off, self.put_on), (self.put_on, self.take_off)
        return [migrations.RunPython(*off), *operations, migrations.RunPython(*on)]
