from collections.abc import Callable, Hashable
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from ballerina_site import stamp
from ballerina_site.compression import coding_for
from ballerina_site.context import chosen_theme
from ballerina_site.pagecache import SECONDS, PageCache, kept, may_be_kept
from lore import hooks
from lore.seeing import seen_from_cookie, viewer_of

Handler = Callable[[HttpRequest], HttpResponse]


def kept_pages(get_response: Handler) -> Handler:
    """Guests who have seen the same get the same page: made once, until something changes."""
    pages = PageCache(settings.PAGE_CACHE_BYTES)

    def from_cache(request: HttpRequest) -> HttpResponse:
        key = _key(request) if pages.most and may_be_kept(request) else None
        if key is None:
            return get_response(request)
        found = pages.get(key)
        if found is None:
            began = timezone.now()
            response = get_response(request)
            found = kept(response)
            if found is None:
                return response
            pages.put(key, found.at_most(_seconds_left(began)))
        return found.answer(request)

    return from_cache


def _seconds_left(began: datetime) -> float:
    """For how long a page stays right whose making began then: what is open when it is made closes at its hour, and in
    all processes at once."""
    end = began + timedelta(seconds=SECONDS)
    changes = [moment for next_change in hooks.changes_by_time if (moment := next_change(began, end))]
    return (min(changes, default=end) - timezone.now()).total_seconds()


def _key(request: HttpRequest) -> Hashable | None:
    """All that a guest's page depends on; None for those who are known. The stamp is read before the page is made: one
    made of what a commit has just changed is kept under the old stamp, and never asked for again."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES:
        return None
    stands = stamp.current()
    if stands is None:
        return None
    return (
        stands,
        request.META.get("HTTP_HOST"),
        request.scheme,
        request.get_full_path(),
        seen_from_cookie(request),
        chosen_theme(request),
        coding_for(request.headers.get("Accept-Encoding", "")),
    )


def viewer(get_response: Handler) -> Handler:
    def with_viewer(request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: viewer_of(request))
        response = get_response(request)
        if "reveal" in request.GET:
            # What was revealed once must not come back from a cache, nor be found by a search engine.
            response["Cache-Control"] = "private, no-store"
            response["X-Robots-Tag"] = "noindex"
        return response

    return with_viewer
