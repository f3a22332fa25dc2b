"""The lore's pictures as readers and editors get them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from lore import hooks
from lore.models import Image, Page, Review
from lore.permissions import may_edit_lore
from lore.spoilers import Fold, Shield, Viewer, screened

SIZE = 24


def ours() -> QuerySet[Image]:
    """Those that belong to no thing of a higher app."""
    pictures = Image.objects.select_related("uploader")
    for used in hooks.pictures_in_use:
        pictures = pictures.exclude(pk__in=used())
    return pictures


def may_get(user: User | AnonymousUser, image: Image) -> bool:
    """Asked beside the shield: a public one anybody, one that is not its uploader, and editors while it is suggested to
    them."""
    is_mine = image.uploader_id is not None and image.uploader_id == user.pk
    return image.is_public or is_mine or (_is_suggested(image) and may_edit_lore(user))


def _is_suggested(image: Image) -> bool:
    suggestion = getattr(image, "suggestion", None)
    return suggestion is not None and suggestion.state == Review.OPEN


def used_on(viewer: Viewer, image: Image) -> list[Page]:
    return list(Page.objects.lore().visible_to(viewer).filter(lead_image=image))


def with_pictures(viewer: Viewer, pages: Iterable[Page]) -> list[Page]:
    """For cards: each with its lead picture as `shown_picture`, where it is nothing to shield. Ask for them with
    `for_cards`."""
    found = list(pages)
    for page in found:
        image = page.lead_image
        page.shown_picture = image if image and image.is_public and viewer.inside(image.scope) else None
    return found


@dataclass(frozen=True)
class Wall:
    """One screenful of the gallery, newest first. `newer` and `older` are ids to go on from, or None."""

    entries: list[Image | Shield | Fold]
    newer: int | None
    older: int | None


def wall(viewer: Viewer, *, before: int | None = None, after: int | None = None) -> Wall:
    rows = ours().filter(is_public=True)
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: SIZE + 1])
        found, has_newer, has_older = found[:SIZE][::-1], len(found) > SIZE, True
    else:
        found = list((rows.filter(pk__lt=before) if before is not None else rows).order_by("-pk")[: SIZE + 1])
        found, has_newer, has_older = found[:SIZE], before is not None, len(found) > SIZE
    return Wall(
        screened(viewer, found),
        newer=found[0].pk if found and has_newer else None,
        older=found[-1].pk if found and has_older else None,
    )
