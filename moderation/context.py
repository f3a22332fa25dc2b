from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from moderation.hooks import waiting_counts
from moderation.permissions import may_moderate


def queue(request: HttpRequest) -> dict[str, object]:
    """Whether the account menu offers what waits for moderators, and how much that is. Asked of staff alone, as for the
    editors' desk."""
    has_queue = SimpleLazyObject(lambda: request.user.is_staff and may_moderate(request.user))
    waiting = SimpleLazyObject(lambda: sum(count() for count in waiting_counts) if has_queue else 0)
    return {"has_queue": has_queue, "queue_count": waiting}
