"""Atom feeds of what changed. They go to everybody alike, so they hold only what somebody may read who has seen
nothing, whoever asks."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from ballerina_site.http import canonical
from lore.canon import page_at
from lore.models import Change, Page, PageKind
from lore.recent import about, address_of
from lore.spoilers import Viewer

ENTRIES = 50
KEPT_FOR = 300  # seconds
NEWCOMER = Viewer()

_UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that XML has no way to write."""


class ChangesFeed(Feed):
    """`rows`, newest first, as one feed at `address`."""

    feed_type = Atom1Feed
    item_guid_is_permalink = False

    def __init__(self, title: str, subtitle: str, address: str, home: str, rows: QuerySet[Change]) -> None:
        self.title, self.subtitle = _written(title), subtitle
        self.link, self.feed_url = canonical(home), canonical(address)
        self.feed_guid = tag_uri(address.strip("/").replace("/", ":"))
        self.rows = rows

    def items(self) -> list[Change]:
        return list(about(self.rows.visible_to(NEWCOMER)).order_by("-pk")[:ENTRIES])

    def item_title(self, item: Change) -> str:
        return _written(f"{item.page.title}: {item.get_kind_display()}")

    def item_description(self, item: Change) -> str:
        """HTML, as Atom says of it."""
        status = f"{item.get_old_status_display()} → {item.get_new_status_display()}" if item.new_status else ""
        credit = f"Suggested by {item.credited_to.get_full_name()}" if item.credited_to else ""
        told = [f"Claim {item.claim.key}" if item.claim else "", status, item.reason, credit]
        return format_html("<p>{}</p>", _written(". ".join(part for part in told if part)))

    def item_link(self, item: Change) -> str:
        return canonical(address_of(item) or reverse("lore:changes"))

    def item_guid(self, item: Change) -> str:
        return tag_uri(f"change:{item.pk}")

    def item_author_name(self, item: Change) -> str | None:
        return _written(item.actor.get_full_name()) if item.actor else None

    def item_pubdate(self, item: Change) -> datetime:
        return item.happened_at

    def item_updateddate(self, item: Change) -> datetime:
        return item.happened_at

    def item_categories(self, item: Change) -> tuple[str]:
        return (item.kind,)


def tag_uri(name: str) -> str:
    """A name for good (RFC 4151), wherever the thing may be found."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2025:{name}"


def _written(text: str) -> str:
    return _UNWRITABLE.sub("", text)


@login_not_required
@require_safe
@cache_control(public=True, max_age=KEPT_FOR)
@conditional_page
def changes(request: HttpRequest) -> HttpResponse:
    title, told = "Ballerina Archive: what changed in the lore", "Pages and claims of the lore, as they change."
    feed = ChangesFeed(title, told, reverse("lore:feed"), reverse("lore:changes"), Change.objects.public())
    return feed(request)


@login_not_required
@require_safe
@cache_control(public=True, max_age=KEPT_FOR)
@conditional_page
def claims(request: HttpRequest) -> HttpResponse:
    title, told = (
        "Ballerina Archive: what became of claims",
        "Claims that are new, confirmed, contradicted or superseded.",
    )
    rows = Change.objects.public().filter(kind__startswith="claim_")
    return ChangesFeed(title, told, reverse("lore:feed_claims"), reverse("lore:changes"), rows)(request)


@login_not_required
@require_safe
@cache_control(public=True, max_age=KEPT_FOR)
@conditional_page
def page(request: HttpRequest, slug: str) -> HttpResponse:
    found = _newcomers_page(slug)
    title, told = f"Ballerina Archive: {found.title}", "What changed on one page of the lore."
    rows = Change.objects.public().filter(page=found)
    address = reverse("lore:feed_page", args=[found.slug])
    return ChangesFeed(title, told, address, found.get_absolute_url(), rows)(request)


def _newcomers_page(slug: str) -> Page:
    found = page_at(slug)
    if found is None or found.kind == PageKind.HOUSE or not NEWCOMER.sees(found):
        raise Http404
    return found
