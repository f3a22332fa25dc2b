"""Whether the map of ties is still of the ties that there are. A killed worker loses the task that lays it out."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from lore.models import Tie
from lore.tasks import lay_out_ties

LOST_AFTER = timedelta(minutes=10)
_DRAWN = "ties-drawn"
_KEPT = 7 * 24 * 60 * 60  # seconds; what is forgotten costs one more layout, which gives the same places
_ASK_AGAIN = 30 * 60  # seconds

type Edge = tuple[int, int]


def edges() -> list[Edge]:
    return list(Tie.objects.order_by("source_id", "target_id").values_list("source_id", "target_id"))


def note_drawn(drawn: Iterable[Edge]) -> None:
    cache.set(_DRAWN, _sum_of(drawn), _KEPT)


def lay_out_lost() -> bool:
    """Asks once more for a layout that has been due too long; at most twice an hour, however often this runs."""
    now = _sum_of(edges())
    if cache.get(_DRAWN) == now:
        return False
    return _is_overdue(now) and _asked()


def _is_overdue(drawing: str) -> bool:
    """Noticed before, and not only just. Without a cache nothing is ever noticed before."""
    noticed: datetime | None = cache.get(f"ties-due:{drawing}")
    if noticed is None:
        cache.set(f"ties-due:{drawing}", timezone.now(), _KEPT)
        return False
    return timezone.now() - noticed >= LOST_AFTER


def _asked() -> bool:
    if not cache.add("ties-again", 1, _ASK_AGAIN):
        return False
    lay_out_ties.enqueue()
    return True


def _sum_of(drawing: Iterable[Edge]) -> str:
    """Of whatever order, and whichever way they lead: the layout heeds neither."""
    pairs = sorted({(min(edge), max(edge)) for edge in drawing})
    return hashlib.blake2s(repr(pairs).encode(), digest_size=16).hexdigest()
