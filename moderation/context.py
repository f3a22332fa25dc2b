from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import baiting
from accounts.levels import shown_level
from accounts.trust import Level
from moderation.hooks import count_waiting
from moderation.permissions import may_moderate


def queue(request: HttpRequest) -> dict[str, object]:
    """Whether the account menu offers what waits for moderators, and how much that is. Asked of staff alone, as for the
    editors' desk."""
    has_queue = SimpleLazyObject(lambda: may_moderate(request.user))
    waiting = SimpleLazyObject(lambda: count_waiting() if has_queue else 0)
    return {"has_queue": has_queue, "queue_count": waiting}


def bait(request: HttpRequest) -> dict[str, object]:
    """What forms of new accounts carry; from when they were shown first, should they be shown again."""
    is_new = SimpleLazyObject(lambda: request.user.is_authenticated and shown_level(request.user) == Level.NEW)
    return {"bait": SimpleLazyObject(lambda: request.POST.get(baiting.BEGAN) or baiting.began() if is_new else "")}
