"""What lore adds to the hooks of the apps below it."""

from django.db import models
from django.urls import reverse

from accounts import hooks as account_hooks
from lore.models import Claim, Image, Page
from moderation import hooks as moderation_hooks
from moderation.hooks import CaseKind


def register() -> None:
    account_hooks.settings_links.append(("What you have seen", "Which works need no shield for you.", "lore:seen"))
    moderation_hooks.kinds.update(
        page=CaseKind("page", _finder(Page.objects.published()), lambda page: page.shield_href),
        claim=CaseKind("claim", _finder(Claim.objects.published()), _claim_address),
        image=CaseKind("picture", _finder(Image.objects.filter(is_public=True)), lambda image: reverse("home")),
    )


def _finder(rows: models.QuerySet) -> object:
    return lambda pk: rows.filter(pk=pk).first()


def _claim_address(claim: Claim) -> str:
    return f"{claim.page.shield_href}#{claim.shield_anchor}"
