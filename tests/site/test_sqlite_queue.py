"""Writers of the SQLite file wait for one another in a queue, and not for ever."""

import threading

import pytest
from django.db import OperationalError, connection, connections

from ballerina_site.sqlite.base import DatabaseWrapper

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="The queue is SQLite's."),
]


@pytest.fixture
def connect(tmp_path):
    """Connections to one file, each of which any thread may use."""
    opened = []

    def connect(timeout=5):
        given = connection.settings_dict | {
            "NAME": str(tmp_path / "queue.sqlite3"),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": timeout},
        }
        made = DatabaseWrapper(given, alias="queue")
        made.inc_thread_sharing()
        opened.append(made)
        return made

    yield connect
    for each in opened:
        each.close()


def begin(wrapper):
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(wrapper):
    wrapper.commit()
    wrapper.set_autocommit(True)


def test_many_who_count_at_once_lose_nothing(connect):
    first = connect()
    first.cursor().execute("CREATE TABLE counter (n integer)")
    first.cursor().execute("INSERT INTO counter VALUES (0)")

    def count(wrapper):
        for _ in range(25):
            begin(wrapper)
            (n,) = wrapper.cursor().execute("SELECT n FROM counter").fetchone()
            wrapper.cursor().execute("UPDATE counter SET n = %s", [n + 1])
            end(wrapper)

    threads = [threading.Thread(target=count, args=[connect(timeout=30)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert first.cursor().execute("SELECT n FROM counter").fetchone() == (200,)


def test_who_waits_too_long_is_told(connect):
    holder, late = connect(), connect(timeout=0.05)
    begin(holder)
    with pytest.raises(OperationalError, match="locked"):
        begin(late)
    end(holder)
    late.needs_rollback = False
    begin(late)
    end(late)


@pytest.mark.parametrize("leave", ["rollback", "close"])
def test_whoever_leaves_lets_the_next_in(connect, leave):
    holder, late = connect(), connect(timeout=0.05)
    begin(holder)
    getattr(holder, leave)()
    begin(late)
    end(late)


def test_the_site_uses_it():
    assert isinstance(connections["default"], DatabaseWrapper)
