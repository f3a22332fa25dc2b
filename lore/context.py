from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from lore.permissions import may_edit_lore


def desk(request: HttpRequest) -> dict[str, object]:
    """Whether the account menu offers the editors' desk. Asked of staff alone, so that fans' pages pay nothing."""
    return {"has_desk": SimpleLazyObject(lambda: request.user.is_staff and may_edit_lore(request.user))}
