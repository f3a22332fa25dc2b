"""The lore's pictures as readers and editors get them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from accounts.models import User
from lore import hooks
from lore.models import Image, Page, Review
from lore.permissions import may_edit_lore
from lore.spoilers import Fold, Shield, Viewer, screened
from moderation.permissions import may_moderate

SIZE = 24
MORE = 12
"""How many pictures a page shows beside its lead."""
OFFERED = 12


def ours() -> QuerySet[Image]:
    """Those that belong to no thing of a higher app."""
    pictures = Image.objects.select_related("uploader")
    for used in hooks.pictures_in_use:
        pictures = pictures.exclude(pk__in=used())
    return pictures


def may_get(user: User | AnonymousUser, image: Image) -> bool:
    """Asked beside the shield: a public one anybody, one that is not its uploader, editors while it is suggested to
    them, and moderators while it is hidden."""
    is_mine = image.uploader_id is not None and image.uploader_id == user.pk
    if image.is_public or is_mine:
        return True
    return (_is_suggested(image) and may_edit_lore(user)) or (image.is_hidden and may_moderate(user))


def _is_suggested(image: Image) -> bool:
    suggestion = getattr(image, "suggestion", None)
    return suggestion is not None and suggestion.state == Review.OPEN


def used_on(viewer: Viewer, image: Image) -> list[Page]:
    """The pages that it leads, or shows, as far as this viewer may know of them."""
    return list(Page.objects.lore().visible_to(viewer).filter(Q(lead_image=image) | Q(pictures=image)).distinct())


def more_of(viewer: Viewer, page: Page) -> list[Image]:
    """The newest pictures that show the page and are not its lead. No shields: what is not seen is simply not there."""
    if not page.has_pictures:
        return []
    pictures = ours().visible_to(viewer).filter(is_public=True, pages=page).exclude(pk=page.lead_image_id)
    found = list(pictures.order_by("-pk")[:MORE])
    for image in found:
        if viewer.reveals("image", image.pk):
            image.reveal_query = f"?reveal=image-{image.pk}"
    return found


def with_pictures(viewer: Viewer, pages: Iterable[Page]) -> list[Page]:
    """For cards: each with its lead picture as `shown_picture`, where it is nothing to shield. Ask for them with
    `for_cards`."""
    found = list(pages)
    for page in found:
        image = page.lead_image
        page.shown_picture = image if image and image.is_public and viewer.inside(image.scope) else None
    return found


def offered(among: QuerySet[Image], page: Page | None, chosen: Iterable[int], words: str) -> list[Image]:
    """For a choice, at most `OFFERED`: what is chosen (ids), then what shows the page, then the newest. With words, of
    the others only those in whose description or credit all of them stand."""
    is_chosen = Q(pk__in=[0, *chosen])
    shows = Exists(Page.pictures.through.objects.filter(page=page, image=OuterRef("pk")))
    rank = Case(When(is_chosen, then=0), When(shows, then=1), default=2)
    for word in words.replace("\0", "").split():
        among = among.filter(is_chosen | Q(alt__icontains=word) | Q(credit__icontains=word))
    return list(among.order_by(rank, "-pk")[:OFFERED])


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
