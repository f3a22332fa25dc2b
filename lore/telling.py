"""Who hears of what happens in the lore. Called within the transaction of what happened."""

from collections.abc import Collection

from django.db.models import F

from accounts.following import PAGE, followers
from accounts.notifying import notify
from lore.models import Change, ChangeKind, PictureSuggestion, Seen, Suggestion
from lore.spoilers import EVERYTHING

TOLD = {
    ChangeKind.EDITED,
    ChangeKind.RESTORED,
    ChangeKind.UNDELETED,
    ChangeKind.CLAIM_ADDED,
    ChangeKind.CLAIM_STATUS,
    ChangeKind.CLAIM_SUPERSEDED,
    ChangeKind.PICTURE,
}
"""Changes of what a page says; what editors do to keep house is not news."""


def tell_author(proposed: Suggestion | PictureSuggestion) -> None:
    """What became of what they proposed."""
    kind = "suggestion" if isinstance(proposed, Suggestion) else "picture"
    if proposed.author_id:
        notify([proposed.author_id], kind, proposed.pk, actor=proposed.reviewer, key=proposed.state)


def tell_of_change(change: Change) -> None:
    """Those who follow the page and have seen what the change may speak of."""
    found = who_have_seen(followers(PAGE, [change.page_id]), change.scope)
    together = f"page-{change.page_id}"
    notify(found, "page", change.page_id, actor=change.actor, key=str(change.pk), together=together)


def who_have_seen(fan_ids: Collection[int], scope: int) -> set[int]:
    """Of these fans, those inside whose shield the scope lies."""
    if not scope:
        return set(fan_ids)
    seen = Seen.objects.filter(fan__in=fan_ids).annotate(covered=F("works").bitand(scope & EVERYTHING))
    return set(seen.filter(covered=scope).values_list("fan", flat=True))
