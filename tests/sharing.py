"""Set-ups that take long, made once for many tests."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def shared(blocker: Any) -> Iterator[None]:
    """For a fixture of a class or a module: what it puts into the database stays until its last test, and each test is
    rolled back to it. `blocker`: django_db_blocker."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


# Whole databases, on SQLite


def copied() -> sqlite3.Connection:
    connection.ensure_connection()
    copy = sqlite3.connect(":memory:")
    connection.connection.backup(copy)
    return copy


def put(copy: sqlite3.Connection) -> None:
    """In place of all that the tests' database holds."""
    connection.ensure_connection()
    copy.backup(connection.connection)
