"""Caches that may be away: a fault is a line in the log, never a failed request."""

import fcntl
import logging
import pickle
import random
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
_CULL_ONE_IN = 100


def _forgiving(method: Callable[..., Any], when_away: Any) -> Callable[..., Any]:
    @wraps(method)
    def tried(self: object, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except (OSError, RedisError) as fault:
            log.warning("the cache is away (%s)", type(fault).__name__)
            return when_away

    return tried


def _get(method: Callable[..., Any]) -> Callable[..., Any]:
    """Like the others, but what to answer is the caller's own default."""

    @wraps(method)
    def tried(self: object, key: str, default: Any = None, **kwargs: Any) -> Any:
        return _forgiving(method, default)(self, key, default, **kwargs)

    return tried


def _incr(method: Callable[..., Any]) -> Callable[..., Any]:
    """A counter that cannot be counted is like one that is not there: ValueError, as Django has it."""

    @wraps(method)
    def tried(self: object, key: str, delta: int = 1, **kwargs: Any) -> int:
        count = _forgiving(method, None)(self, key, delta, **kwargs)
        if count is None:
            raise ValueError("The cache is away.")
        return count

    return tried


class SharedRedis(RedisCache):
    """`add` says yes when Redis is away: allauth takes a no for somebody else's lock, and refuses."""

    add = _forgiving(RedisCache.add, when_away=True)
    get = _get(RedisCache.get)
    set = _forgiving(RedisCache.set, when_away=None)
    touch = _forgiving(RedisCache.touch, when_away=False)
    delete = _forgiving(RedisCache.delete, when_away=False)
    get_many = _forgiving(RedisCache.get_many, when_away={})
    set_many = _forgiving(RedisCache.set_many, when_away=[])
    delete_many = _forgiving(RedisCache.delete_many, when_away=None)
    has_key = _forgiving(RedisCache.has_key, when_away=False)
    incr = _incr(RedisCache.incr)
    clear = _forgiving(RedisCache.clear, when_away=False)


class SharedFiles(FileBasedCache):
    """Files for several processes. `add` and `incr` take a lock, for Django's own let two through at once;
    the folder is counted on one write in a hundred, not on each."""

    get = _get(FileBasedCache.get)
    set = _forgiving(FileBasedCache.set, when_away=None)
    touch = _forgiving(FileBasedCache.touch, when_away=False)
    delete = _forgiving(FileBasedCache.delete, when_away=False)
    has_key = _forgiving(FileBasedCache.has_key, when_away=False)
    clear = _forgiving(FileBasedCache.clear, when_away=False)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return _forgiving(type(self)._add, when_away=True)(self, *args, **kwargs)

    def _add(self, *args: Any, **kwargs: Any) -> bool:
        with self._alone():
            return super().add(*args, **kwargs)

    @_incr
    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int | None:
        """Unlike Django's own, it leaves the time of expiry as it was."""
        with self._alone():
            left, value = self._counter(Path(self._key_to_file(key, version)))
            if left <= 0:
                return None
            super().set(key, value + delta, left, version)
            return value + delta

    def _counter(self, file: Path) -> tuple[float, int]:
        """Seconds it has left, none when it is not there, and where it stands."""
        if not file.exists():
            return 0, 0
        with file.open("rb") as content:
            expiry = pickle.load(content)  # noqa: S301 (our own file, as Django reads it)
            return expiry - time.time(), pickle.loads(zlib.decompress(content.read()))  # noqa: S301

    def _cull(self) -> None:
        if random.randrange(_CULL_ONE_IN) == 0:  # noqa: S311 (no secret)
            super()._cull()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._createdir()
        with (Path(self._dir) / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
