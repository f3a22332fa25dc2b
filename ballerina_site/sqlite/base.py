"""SQLite whose writers stand in a queue of their own before they begin.

SQLite's own waiting sleeps for up to a tenth of a second between tries, so in a crowd some are passed over again
and again:
seconds for the unlucky, and in the end "database is locked". A lock on a small file beside the database, tried
every few
milliseconds, lets each in after a fair time. The lock is the kernel's and goes with whoever held it.
"""

import fcntl
import os
import random
import time
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from ballerina_site.stamp import Stamping

_PAUSE = 0.002  # seconds, about the length of a vote's transaction


class DatabaseWrapper(Stamping, base.DatabaseWrapper):
    _queue: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._queue_up()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._leave_queue()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()
        finally:
            self._leave_queue()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()
        finally:
            self._leave_queue()

    def _close(self) -> Any:
        try:
            return super()._close()
        finally:
            if self._queue is not None:
                os.close(self._queue)
                self._queue = None

    def _queue_up(self) -> None:
        if self.is_in_memory_db():
            return
        if self._queue is None:
            self._queue = os.open(f"{self.settings_dict['NAME']}.queue", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + self.settings_dict["OPTIONS"].get("timeout", 5)
        while not self._is_our_turn():
            if time.monotonic() > deadline:
                raise OperationalError("database is locked: others have been writing for too long")
            time.sleep(_PAUSE * random.uniform(0.5, 1.5))  # noqa: S311

    def _is_our_turn(self) -> bool:
        try:
            fcntl.flock(self._queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _leave_queue(self) -> None:
        if self._queue is not None:
            fcntl.flock(self._queue, fcntl.LOCK_UN)
