from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from accounts.models import User


def acts_as_staff(somebody: User | AnonymousUser) -> bool:
    """In production staff need a second factor; without one they are fans like others."""
    return somebody.is_active and somebody.is_staff and (not settings.IS_PRODUCTION or is_mfa_enabled(somebody))
