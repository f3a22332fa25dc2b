"""What is shown when something is wrong. The request's body is not read: it may be the very thing. Where it has been
read by then, what somebody typed is handed back to them."""

import logging
import sys

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html

from ballerina_site.http import is_htmx, page_of
from ballerina_site.kept import SECRET
from ballerina_site.ratelimit import TooFast

log = logging.getLogger("security")
_COME_BACK = 30  # seconds
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (the name of a field)
_TRAP = "began"
"""The field of `accounts.baiting` that nobody typed."""
_UNREAD = (OSError, SuspiciousOperation, RawPostDataException, MultiPartParserError)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    reason = str(exception) if isinstance(exception, PermissionDenied) else ""
    # The address may hold the name of something shielded: nothing on this page repeats it.
    return render(request, "403.html", {"reason": reason, "sign_in_next": "/"}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    near = getattr(exception, "near", []) if isinstance(exception, Http404) else []
    return render(request, "404.html", {"near": near}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that is away, locked for longer than we wait, or that ended one of two transactions which waited for
    each other, is a reason to come back: 503. Decided here, because no middleware gets to see what fails in another
    one, as a session that cannot be read."""
    fault = sys.exc_info()[1]
    if isinstance(fault, OperationalError | InterfaceError) or type(fault) is DatabaseError:  # a damaged file
        return unavailable(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    headers = {"Retry-After": str(_COME_BACK), "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("503.html", _sent(request)), status=503, headers=headers)


def _sent(request: HttpRequest) -> dict[str, object]:
    """A form to be sent once more as it was: on the page itself, since the database may not be there to keep it.

    Only one of ours, whose token was found right; none that holds a secret, which is typed anew."""
    if request.method != "POST" or is_htmx(request) or not getattr(request, "csrf_processing_done", False):
        return {}
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values if name != _TOKEN]
        has_files = bool(request.FILES)
    except _UNREAD:
        return {}
    if not fields or any(_is_secret(name) for name, _ in fields):
        return {}
    return {
        "fields": fields,
        "kept": _long(fields),
        "has_files": has_files,
        "address": request.get_full_path(),
        "back": page_of(request),
        "csrf_token": get_token(request),
    }


def too_fast(request: HttpRequest, fault: TooFast) -> HttpResponse:
    """A form that the page cannot send once more, as one with a secret in it, is handed back as words alone."""
    return _wait(request, fault, _sent(request) or {"kept": _typed(request)})


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """allauth's own limits end here; it does not say when they do."""
    log.warning("limit hit: %s", request.path)
    return _wait(request, TooFast("sign-in", 60), {})


def _wait(request: HttpRequest, fault: TooFast, sent: dict[str, object]) -> HttpResponse:
    if is_htmx(request):
        notice = format_html('<p class="oops" role="alert">{}</p>', fault)
        response = HttpResponse(notice, status=429)
        response.headers["HX-Reswap"] = "beforeend"  # beside the control, not in its place
    else:
        told = {"retry_after": fault.seconds, "back": page_of(request)}
        response = render(request, "429.html", sent | told, status=429)
    response.headers["Retry-After"] = str(fault.seconds)
    return response


def _typed(request: HttpRequest) -> str:
    """The words of a form that was sent too fast; views have read it by then, so it is sound."""
    return _long([(name, value) for name, value in request.POST.items() if not _is_secret(name)])


def _long(fields: list[tuple[str, str]]) -> str:
    """What reads like words, not like a choice."""
    return "\n\n".join(value for name, value in fields if (len(value) > 20 or " " in value) and name != _TRAP)


def _is_secret(name: str) -> bool:
    return any(part in name.lower() for part in SECRET)
