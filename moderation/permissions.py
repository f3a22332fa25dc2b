from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import MODERATORS, User

if TYPE_CHECKING:
    from moderation.cases import Case

# What the group may do in the admin; deciding itself asks `may_moderate`.
MODERATOR_PERMISSIONS = ["view_report", "view_decision", "view_caseclaim", "view_appeal"]
_NOT_STAFF = (
    "You are in the group Moderators, but an administrator has not ticked you as staff yet: ask one of them to. "
    "Moderators are staff, who sign in with a second factor."
)


def may_moderate(user: User | AnonymousUser) -> bool:
    """The group alone does not do: of staff a second factor is asked."""
    return user.is_active and (user.is_superuser or (user.is_staff and _is_in_the_group(user)))


def _is_in_the_group(user: User) -> bool:
    """Asked once for each user object, as Django does with permissions: that is, once a request."""
    if not hasattr(user, "_is_in_moderators"):
        user._is_in_moderators = user.groups.filter(name=MODERATORS).exists()
    return user._is_in_moderators


def require_moderator(user: User | AnonymousUser) -> None:
    if may_moderate(user):
        return
    if user.is_active and not user.is_staff and _is_in_the_group(user):
        raise PermissionDenied(_NOT_STAFF)
    raise PermissionDenied("Only moderators decide this. You can report what should not stand here.")


def why_no_judge_of(moderator: User, case: "Case") -> str:
    """The sentence that says why this moderator may not decide about this thing; empty when they may."""
    if case.author_id == moderator.pk:
        return "This is yours: another moderator decides about it."
    if isinstance(case.thing, User) and case.thing.is_staff and not moderator.is_superuser:
        return "Only an administrator decides about somebody of the staff."
    return ""


def require_judge_of(moderator: User, case: "Case") -> None:
    reason = why_no_judge_of(moderator, case)
    if reason:
        raise PermissionDenied(reason)
