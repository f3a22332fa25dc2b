"""What lore adds to the hooks of the apps below it."""

from accounts import hooks as account_hooks
from accounts.models import User
from lore import erasing, packing
from lore.canon import words_in_use
from lore.cases import cases
from lore.models import PictureSuggestion, Review, Suggestion
from lore.notices import changed_pages, decided_pictures, decided_suggestions, followed_pages
from lore.seeing import viewer_of_fan
from moderation import hooks as moderation_hooks


def register() -> None:
    account_hooks.settings_links.append(("What you have seen", "Which works need no shield for you.", "lore:seen"))
    account_hooks.viewer_of_fan.append(viewer_of_fan)
    account_hooks.fan_facts.append(accepted)
    account_hooks.fan_export.append(packing.parts)
    account_hooks.fan_erase.append(erasing.erase)
    account_hooks.words_in_use.append(words_in_use)
    account_hooks.fans_erased.append(erasing.clear_search)
    account_hooks.followed_kinds["page"] = followed_pages
    account_hooks.notice_kinds.update(
        page=changed_pages,
        suggestion=account_hooks.by_object(decided_suggestions),
        picture=account_hooks.by_object(decided_pictures),
    )
    moderation_hooks.kinds.update(cases())


def accepted(fan: User) -> dict[str, int]:
    """Suggestions that an editor took."""
    rows = [model.objects.filter(author=fan, state=Review.APPROVED) for model in (Suggestion, PictureSuggestion)]
    return {"contributions": sum(found.count() for found in rows)}
