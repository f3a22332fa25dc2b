import re
import secrets
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from ballerina_site import errors, logs
from ballerina_site.ratelimit import TooFast

Handler = Callable[[HttpRequest], HttpResponse]
_NO_STORE = ("/accounts/", "/settings/", "/inbox/", "/mail/", "/moderation/", "/admin/", "/report/", "/appeals/")
_OPEN = ("/moderation/log/",)
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id(get_response: Handler) -> Handler:
    """Names the request in its answer and in the log; where we trust proxies, by the name they gave it."""

    def with_id(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
        name = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        # Not taken back at the end: Django logs a refusal after the last middleware has done.
        logs.request_id.set(name)
        response = get_response(request)
        response.headers["X-Request-ID"] = name
        return response

    return with_id


def bounded(get_response: Handler) -> Handler:
    """Turns away what is too much before any of it is read, and takes out NUL signs, which PostgreSQL refuses."""

    def within_bounds(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length[:20]) > settings.MOST_BYTES:
            raise RequestDataTooBig
        if "\0" in request.path_info:
            raise Http404
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "")
        request.COOKIES = {name: value.replace("\0", "") for name, value in request.COOKIES.items()}
        return get_response(request)

    return within_bounds


def response_headers(get_response: Handler) -> Handler:
    def with_headers(request: HttpRequest) -> HttpResponse:
        if request.method == "TRACE":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST", "OPTIONS"])
        response = get_response(request)
        _say_who_may_keep(request, response)
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.method == "POST" and request.path == reverse("account_logout"):
            response.headers["Clear-Site-Data"] = '"cache"'
        return response

    return with_headers


def _say_who_may_keep(request: HttpRequest, response: HttpResponse) -> None:
    """Guests' reading pages may be kept by anybody and asked for again; fans' by their own browser, so that
    Back works; a person's own affairs by nobody, nor a fragment, which would come back as a page."""
    private = request.path.startswith(_NO_STORE) and not request.path.startswith(_OPEN)
    if private or "HX-Request" in request.headers:
        response.headers["Cache-Control"] = "private, no-store"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = f"{'public' if _same_for_all(request, response) else 'private'}, no-cache"


def _same_for_all(request: HttpRequest, response: HttpResponse) -> bool:
    reads = request.method in {"GET", "HEAD"} and response.status_code == 200
    return reads and not response.cookies and settings.SESSION_COOKIE_NAME not in request.COOKIES


def too_fast(get_response: Handler) -> Handler:
    """A limit that no form caught becomes the 429 page."""

    def as_is(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def caught(request: HttpRequest, fault: Exception) -> HttpResponse | None:
        return errors.too_fast(request, fault) if isinstance(fault, TooFast) else None

    as_is.process_exception = caught
    return as_is
