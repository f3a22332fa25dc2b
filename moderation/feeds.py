"""What moderators decided, as an Atom feed: as public as the log, and as silent about titles and names."""

import re
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from ballerina_site.http import canonical
from moderation.addressing import log_address
from moderation.listing import Filters
from moderation.models import Decision

ENTRIES = 50
KEPT_FOR = 300  # seconds
_UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that XML has no way to write."""


class DecisionsFeed(Feed):
    feed_type = Atom1Feed
    title = "Ballerina Archive: what moderators decided"
    subtitle = "Every decision and its reason, newest first."

    def __init__(self, filters: Filters) -> None:
        self.filters = filters
        self.link = canonical(reverse("moderation:log", query=filters.query))
        self.feed_url = canonical(reverse("moderation:feed", query=filters.query))

    def items(self) -> list[Decision]:
        return list(self.filters.decisions()[:ENTRIES])

    def item_title(self, item: Decision) -> str:
        return f"{item.done}: {item.public_name}"

    def item_description(self, item: Decision) -> str:
        words = _UNWRITABLE.sub("", item.words)
        return format_html("<p>{}. {}</p>", item.get_reason_display(), words)

    def item_link(self, item: Decision) -> str:
        return canonical(log_address(item))

    def item_pubdate(self, item: Decision) -> datetime:
        return item.created_at

    def item_updateddate(self, item: Decision) -> datetime:
        return item.created_at

    def item_categories(self, item: Decision) -> tuple[str, str]:
        return item.act, item.reason


@login_not_required
@require_safe
@cache_control(public=True, max_age=KEPT_FOR)
@conditional_page
def decisions(request: HttpRequest) -> HttpResponse:
    return DecisionsFeed(Filters.of(request.GET))(request)
