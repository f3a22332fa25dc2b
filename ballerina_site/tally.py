"""Counting in fixed windows, shared through the cache; and in this process alone while the cache is away."""

import logging
from collections import OrderedDict
from threading import Lock

from django.core.cache import cache

log = logging.getLogger("security")
MOST_KEYS = 20_000
_alone: OrderedDict[str, int] = OrderedDict()
_lock = Lock()


def count(key: str, seconds: int) -> int:
    """How often this key was counted, with this time. `key` names its window, which is `seconds` long."""
    cache.add(key, 0, seconds + 1)
    try:
        return cache.incr(key)
    except ValueError:
        log.warning("limits are counted by each process alone: the cache is away")
        return _count_alone(key)


def _count_alone(key: str) -> int:
    """Bounded: what was counted longest ago is forgotten first."""
    with _lock:
        _alone[key] = _alone.pop(key, 0) + 1
        while len(_alone) > MOST_KEYS:
            _alone.popitem(last=False)
        return _alone[key]
