"""Names of fans, for whoever types @."""

from django.db import connection
from django.db.models import Expression
from django.db.models.functions import Collate, Lower

from accounts.models import User

MOST = 8
LONGEST = 30
_BEHIND_ALL = "~"
"""Sorts behind every sign that a user name may hold."""


def fans_called(typed: str) -> list[User]:
    """Whose user name begins so, whatever the case; nobody while nothing is typed, and nobody who cannot be
    met."""
    begun = typed.strip().lower()
    if not begun or len(begun) > LONGEST or not begun.isascii():
        return []
    rows = User.objects.present().alias(lowered=_lowered())
    return list(rows.filter(lowered__gte=begun, lowered__lt=begun + _BEHIND_ALL).order_by("lowered")[:MOST])


def _lowered() -> Expression:
    """As the index has it: in the order of the signs, which PostgreSQL must be told."""
    lowered = Lower("username")
    return Collate(lowered, "C") if connection.vendor == "postgresql" else lowered
