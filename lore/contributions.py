"""What a fan has given to the lore, as far as the viewer may know of it."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import User
from lore.drafting import is_ahead
from lore.models import Change, Draft, Page, PictureSuggestion, Review, Suggestion
from lore.permissions import may_edit_lore
from lore.spoilers import Viewer

SHOWN = 20


@dataclass(frozen=True)
class Contribution:
    title: str
    href: str
    words: str
    when: datetime
    state: str = Review.APPROVED
    reason: str = ""
    """The editor's, for the fan and for editors."""


@dataclass(frozen=True)
class Unfinished:
    """A draft: what it is of, and where it is gone on with, or thrown away."""

    title: str
    href: str
    drop_url: str
    saved_at: datetime


def unfinished(viewer: Viewer, fan: User) -> list[Unfinished]:
    """The fan's own drafts, the latest first, for nobody but them."""
    rows = Draft.objects.filter(fan=fan).select_related("page__current")
    if not may_edit_lore(fan):
        rows = rows.filter(page__in=Page.objects.lore())
    return [_unfinished(viewer, row, fan) for row in rows[:SHOWN] if is_ahead(row, row.page)]


def _unfinished(viewer: Viewer, row: Draft, fan: User) -> Unfinished:
    typed = " ".join(row.fields.get("title", [])).strip()
    if row.page is None:
        title, form, drop = typed or "A page without a title yet", reverse("lore:new"), reverse("lore:new_draft")
    else:
        title = row.page.title if viewer.sees(row.page) else typed or "A page"
        form, drop = (
            reverse(name, args=[f"page-{row.page_id}"])
            for name in ("lore:edit" if may_edit_lore(fan) else "lore:suggest", "lore:draft")
        )
    return Unfinished(title, f"{form}?draft=1", drop, row.saved_at)


def contributions(viewer: Viewer, fan: User, *, is_insider: bool) -> list[Contribution]:
    """The latest first. Insiders (the fan, and editors) also see what is not, or never came to be, in the lore."""
    texts = _suggestions(viewer, fan) if is_insider else _credits(viewer, fan)
    return sorted([*texts, *_pictures(viewer, fan, is_insider=is_insider)], key=lambda each: each.when, reverse=True)


def _suggestions(viewer: Viewer, fan: User) -> list[Contribution]:
    rows = Suggestion.objects.filter(author=fan).visible_to(viewer).select_related("page", "based_on")
    rows = rows.defer("lead", "facts", "body", "based_on__body", "based_on__compiled")
    return [_suggestion(viewer, row) for row in rows.order_by("-created_at", "-pk")[:SHOWN]]


def _suggestion(viewer: Viewer, row: Suggestion) -> Contribution:
    """Words about it may also speak of what was to go."""
    gone = row.based_on.scope if row.based_on else 0
    may_read = row.author_id == viewer.fan_id or viewer.inside(gone)
    words, reason = (row.comment, row.reason) if may_read else ("", "")
    return Contribution(_title(viewer, row), row.get_absolute_url(), words, row.created_at, row.state, reason)


def _title(viewer: Viewer, row: Suggestion) -> str:
    """The page's may have come to say more than what the fan wrote."""
    return row.page.title if viewer.sees(row.page) else row.title


def _credits(viewer: Viewer, fan: User) -> list[Contribution]:
    rows = Change.objects.public().visible_to(viewer).filter(credited_to=fan, revision__isnull=False)
    return [
        Contribution(
            row.page.title,
            reverse("lore:revision", args=[row.page.slug, row.revision.number]),
            row.reason,
            row.happened_at,
        )
        for row in rows.select_related("page", "revision").defer("revision__body", "revision__compiled")[:SHOWN]
    ]


def _pictures(viewer: Viewer, fan: User, *, is_insider: bool) -> list[Contribution]:
    rows = PictureSuggestion.objects.filter(author=fan).visible_to(viewer).select_related("page", "image")
    if not is_insider:
        rows = rows.filter(state=Review.APPROVED, image__is_public=True, page__is_published=True)
    return [_picture(viewer, row, is_insider=is_insider) for row in rows.order_by("-created_at", "-pk")[:SHOWN]]


def _picture(viewer: Viewer, row: PictureSuggestion, *, is_insider: bool) -> Contribution:
    title = f"A picture for {row.page.title}" if viewer.sees(row.page) else "A picture"
    name, pk = ("lore:image_suggestion", row.pk) if is_insider else ("lore:image", row.image_id)
    reason = row.reason if is_insider else ""
    return Contribution(title, reverse(name, args=[pk]), row.image.alt, row.created_at, row.state, reason)
