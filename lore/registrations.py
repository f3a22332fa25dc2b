"""What lore adds to the hooks of the apps below it."""

from django.db import models

from accounts import hooks as account_hooks
from lore.models import Claim, Image, Page
from lore.spoilers import Viewer
from moderation import hooks as moderation_hooks
from moderation.hooks import CaseKind


def register() -> None:
    account_hooks.settings_links.append(("What you have seen", "Which works need no shield for you.", "lore:seen"))
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
