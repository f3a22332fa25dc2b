from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from moderation.permissions import may_moderate


def queue(request: HttpRequest) -> dict[str, object]:
    """Whether the account menu offers what waits for moderators. Asked of staff alone, as for the editors' desk."""
    return {"has_queue": SimpleLazyObject(lambda: request.user.is_staff and may_moderate(request.user))}
