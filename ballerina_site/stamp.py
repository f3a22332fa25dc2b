"""When what readers see last changed: one value that all processes agree on, told without a query.

The database layer itself moves it, after every commit that wrote to a table which pages are made of (`Stamping`), so
that no verb can forget to. On one machine it is the time of a small file; where Redis is configured, a counter there.
"""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache

_KEY = "content-stamp"
_WRITES = re.compile(
    r"\s*(?:INSERT(?: OR [A-Z]+)? INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+\"?(\w+)\"?(.{0,40})",
    re.IGNORECASE | re.DOTALL,
)
_WITH_WRITES = re.compile(r"\s*WITH\b.*\b(?:UPDATE|INSERT INTO|DELETE FROM)\b", re.IGNORECASE | re.DOTALL)
_OURS = ("lore_", "theories_", "moderation_", "accounts_user")
# One person's own affairs, which guests' pages do not show.
_PRIVATE = {
    "lore_seen",
    "lore_kept",
    "lore_draft",
    "lore_seedrecord",
    "theories_manuscript",
    "accounts_user_groups",
}
_SIGN_IN = ' SET "last_login"'


def current() -> int | None:
    """None when it cannot be told: then nothing that was kept may be used."""
    if settings.CACHE_URL:
        return cache.get_or_set(_KEY, time.time_ns, timeout=None)
    try:
        return _file().stat().st_mtime_ns
    except FileNotFoundError:
        move()
        return None


def move() -> None:
    """To a value that it never had."""
    if settings.CACHE_URL:
        cache.set(_KEY, time.time_ns(), timeout=None)
        return
    file = _file()
    file.touch()
    now = max(time.time_ns(), file.stat().st_mtime_ns + 1)
    os.utime(file, ns=(now, now))


def _file() -> Path:
    return Path(settings.DATA_DIR) / "content.stamp"


def is_content(sql: str) -> bool:
    """Whether this statement writes to what readers see."""
    found = _WRITES.match(sql)
    if not found:
        return _WITH_WRITES.match(sql) is not None
    table, rest = found[1], found[2]
    return table.startswith(_OURS) and table not in _PRIVATE and not rest.startswith(_SIGN_IN)


class Stamping:
    """For a database wrapper: moves the stamp after its commits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(_noticing)


def _noticing(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    result = execute(sql, params, many, context)
    if is_content(sql):
        connection = context["connection"]
        if not connection.in_atomic_block:
            move()
        elif not any(entry[1] is move for entry in connection.run_on_commit):
            connection.on_commit(move)
    return result
