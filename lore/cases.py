"""What moderators decide about in the lore. Pages and claims are never hidden for a report: editors put them right."""

from collections.abc import Iterator

from django.db import models
from django.db.models import Q
from django.urls import reverse

from lore.gallery import ours
from lore.models import Claim, Image, Page, Suggestion
from lore.spoilers import Viewer
from lore.suggesting import added_words
from moderation.hooks import Beside, CaseKind
from moderation.models import Act

_EDITORS_MEND = (
    "What stands in the lore is put right, or taken off, by its editors. Answer the reports here once they have."
)


def cases() -> dict[str, CaseKind]:
    return {
        "page": CaseKind(
            "page",
            _finder(Page.objects.published()),
            lambda page: page.shield_href,
            text=lambda page: "\n\n".join(filter(None, [page.title, page.summary])),
            title=_page_title,
            beside=_beside_page,
            note=_EDITORS_MEND,
        ),
        "claim": CaseKind(
            "claim",
            _finder(Claim.objects.published()),
            _claim_address,
            text=lambda claim: claim.text,
            title=_claim_title,
            beside=_beside_claim,
            note=_EDITORS_MEND,
        ),
        "suggestion": CaseKind(
            "suggestion",
            _finder(Suggestion.objects.select_related("page", "based_on")),
            Suggestion.get_absolute_url,
            is_public=lambda suggestion: False,
            text=added_words,
            title=lambda suggestion, viewer: suggestion.page.title if viewer.sees(suggestion.page) else "",
            author_id=lambda suggestion: suggestion.author_id,
            note="Editors take a suggestion or decline it; its author is decided about as a fan.",
            is_reportable=False,
        ),
        "image": CaseKind(
            "picture",
            _find_image,
            lambda image: image.shield_href,
            acts=frozenset({Act.HIDE, Act.RESTORE}),
            after=_follow_image,
            is_public=lambda image: image.is_public,
            text=lambda image: f"{image.alt}\n\n{image.credit}, {image.get_licence_display()}",
            title=_image_title,
            author_id=lambda image: image.uploader_id,
            rescope=_rescope_image,
            template="lore/_picture_case.html",
            note="What is said of it, and where it stands, is the editors’ to change.",
        ),
    }


def _finder(rows: models.QuerySet) -> object:
    return lambda pk: rows.filter(pk=pk).first()


def _find_image(pk: int) -> Image | None:
    """Those of the lore: a theory's is hidden, and shielded, with the theory."""
    return ours().filter(Q(is_public=True) | Q(is_hidden=True)).filter(pk=pk).first()


def _follow_image(image: Image) -> None:
    image.is_public = not image.is_hidden
    image.save(update_fields=["is_public"])


def _rescope_image(image: Image, scope: int) -> None:
    image.scope = scope
    image.save(update_fields=["scope"])


def _claim_address(claim: Claim) -> str:
    return f"{claim.page.shield_href}#{claim.shield_anchor}"


def _page_title(page: Page, viewer: Viewer) -> str:
    return page.title if viewer.sees(page) else ""


def _claim_title(claim: Claim, viewer: Viewer) -> str:
    return f"{claim.page.title}, claim {claim.key}" if viewer.sees(claim.page) else ""


def _beside_page(page: Page, viewer: Viewer) -> Iterator[Beside]:
    if viewer.sees(page):  # its address may give away what its title does
        yield Beside("What changed lately stands in", "its history", reverse("lore:history", args=[page.slug]))


def _beside_claim(claim: Claim, viewer: Viewer) -> Iterator[Beside]:
    yield Beside("On", _page_title(claim.page, viewer) or "a page that is shielded from you", claim.page.shield_href)


def _image_title(image: Image, viewer: Viewer) -> str:
    return image.alt if viewer.sees(image) else ""
