from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import MODERATORS, User

# What the group may do in the admin; deciding itself asks `may_moderate`.
MODERATOR_PERMISSIONS = ["view_report", "view_decision"]


def may_moderate(user: User | AnonymousUser) -> bool:
    return user.is_active and (user.is_superuser or _is_in_the_group(user))


def _is_in_the_group(user: User) -> bool:
    """Asked once for each user object, as Django does with permissions: that is, once a request."""
    if not hasattr(user, "_is_in_moderators"):
        user._is_in_moderators = user.groups.filter(name=MODERATORS).exists()
    return user._is_in_moderators


def require_moderator(user: User | AnonymousUser) -> None:
    if not may_moderate(user):
        raise PermissionDenied("Only moderators decide this. You can report what should not stand here.")
