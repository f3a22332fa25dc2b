"""The log of changes: written by each verb that changes lore, inside its transaction."""

from functools import partial
from typing import Any

from django.db import transaction

from accounts.following import PAGE, is_followed
from accounts.models import User
from lore.models import Change, ChangeKind, Page
from lore.tasks import follow_change
from lore.telling import TOLD

LONGEST_REASON = Change._meta.get_field("reason").max_length


def note(kind: ChangeKind, page: Page, actor: User | None, reason: str = "", **about: Any) -> Change:
    """`about`: revision, claim, newer, statuses, scope, credited_to, as `Change` has them. The words about it stay as
    covered as the page is now, also when the page itself gives away less one day."""
    about["scope"] = about.get("scope", 0) | page.scope
    made = Change.objects.create(kind=kind, page=page, actor=actor, reason=reason[:LONGEST_REASON], **about)
    if kind in TOLD and is_followed(PAGE, page.pk):
        transaction.on_commit(partial(follow_change.enqueue, made.pk))
    return made
