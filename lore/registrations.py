"""What lore adds to the hooks of the apps below it."""

from django.db import models

from accounts import hooks as account_hooks
from accounts.models import User
from lore import erasing, packing
from lore.models import Claim, Image, Page, PictureSuggestion, Review, Suggestion
from lore.notices import changed_pages, decided_pictures, decided_suggestions, followed_pages
from lore.seeing import viewer_of_fan
from lore.spoilers import Viewer
from moderation import hooks as moderation_hooks
from moderation.hooks import CaseKind


def register() -> None:
    account_hooks.settings_links.append(("What you have seen", "Which works need no shield for you.", "lore:seen"))
    account_hooks.viewer_of_fan.append(viewer_of_fan)
    account_hooks.fan_facts.append(accepted)
    account_hooks.fan_export.append(packing.parts)
    account_hooks.fan_erase.append(erasing.erase)
    account_hooks.fans_erased.append(erasing.clear_search)
    account_hooks.followed_kinds["page"] = followed_pages
    account_hooks.notice_kinds.update(
        page=account_hooks.by_object(changed_pages),
        suggestion=account_hooks.by_object(decided_suggestions),
        picture=account_hooks.by_object(decided_pictures),
    )
    moderation_hooks.kinds.update(
        page=CaseKind("page", _finder(Page.objects.published()), lambda page: page.shield_href, title=_page_title),
        claim=CaseKind("claim", _finder(Claim.objects.published()), _claim_address, title=_claim_title),
        image=CaseKind(
            "picture",
            _finder(Image.objects.filter(is_public=True)),
            lambda image: image.shield_href,
            title=_image_title,
        ),
    )


def accepted(fan: User) -> dict[str, int]:
    """Suggestions that an editor took."""
    rows = [model.objects.filter(author=fan, state=Review.APPROVED) for model in (Suggestion, PictureSuggestion)]
    return {"contributions": sum(found.count() for found in rows)}


def _finder(rows: models.QuerySet) -> object:
    return lambda pk: rows.filter(pk=pk).first()


def _claim_address(claim: Claim) -> str:
    return f"{claim.page.shield_href}#{claim.shield_anchor}"


def _page_title(page: Page, viewer: Viewer) -> str:
    return page.title if viewer.sees(page) else ""


def _claim_title(claim: Claim, viewer: Viewer) -> str:
    return f"{claim.page.title}, claim {claim.key}" if viewer.sees(claim.page) else ""


def _image_title(image: Image, viewer: Viewer) -> str:
    return image.alt if viewer.sees(image) else ""
