"""Who may do what in lore."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import EDITORS, User


def may_edit_lore(user: User | AnonymousUser) -> bool:
    if not user.is_active or not user.is_authenticated:
        return False
    return user.is_superuser or _is_editor(user)


def require_editor(user: User | AnonymousUser) -> None:
    if not may_edit_lore(user):
        raise PermissionDenied("Only editors do this. You can suggest an edit, and an editor will look at it.")


def may_suggest(user: User | AnonymousUser) -> bool:
    return user.is_authenticated and user.is_active


def _is_editor(user: User) -> bool:
    """Asked by several parts of a page, answered by one query a request."""
    if not hasattr(user, "_is_lore_editor"):
        user._is_lore_editor = user.groups.filter(name=EDITORS).exists()
    return user._is_lore_editor
