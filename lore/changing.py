"""The log of changes: written by each verb that changes lore, inside its transaction."""

from typing import Any

from accounts.models import User
from lore.models import Change, ChangeKind, Page

LONGEST_REASON = Change._meta.get_field("reason").max_length


def note(kind: ChangeKind, page: Page, actor: User | None, reason: str = "", **about: Any) -> Change:
    """`about`: revision, claim, newer, statuses, scope, credited_to, as `Change` has them."""
    return Change.objects.create(kind=kind, page=page, actor=actor, reason=reason[:LONGEST_REASON], **about)
