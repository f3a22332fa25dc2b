"""What views share: the typed request, a page or one of its partials, ways back, and who is asking."""

import ipaddress
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

NOBODY = "0.0.0.0"  # noqa: S104 (what an address is called that we cannot know: a Unix socket has none)


class HtmxRequest(HttpRequest):
    """A request as views see it, behind the middleware."""

    htmx: HtmxDetails
    user: Any  # the toolkit knows no app
    viewer: Any


def answer(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    partial: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; for htmx only the named partial of it."""
    if partial and is_htmx(request):
        template = f"{template}#{partial}"
    return render(request, template, context, status=status)


def is_htmx(request: HttpRequest) -> bool:
    """A control asks for its part of a page (a boosted link wants the whole)."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def go(request: HttpRequest, address: str) -> HttpResponse:
    """Sends the whole page on, even when only a control of it asked."""
    return HttpResponseClientRedirect(address) if is_htmx(request) else HttpResponseRedirect(address)


def see_other(address: str) -> HttpResponse:
    """On to another page after something was sent: asked for anew, and never sent twice."""
    response = HttpResponseRedirect(address)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def stays_here(request: HttpRequest, address: str) -> bool:
    """Also not a bare word: that is taken for the name of a view, or for a page beside this one."""
    if not address.startswith(("/", "http:", "https:")):
        return False
    hosts = {request.get_host(), urlsplit(settings.SITE_URL).netloc}
    return url_has_allowed_host_and_scheme(address, allowed_hosts=hosts, require_https=request.is_secure())


def safe_next(request: HttpRequest, default: str) -> str:
    """Where `next` leads, when that is on this site."""
    address = request.POST.get("next") or request.GET.get("next", "")
    return address if stays_here(request, address) else default


def page_of(request: HttpRequest) -> str:
    """The page somebody was on: the address asked for, or the page on which the form or control stood."""
    if request.method in {"GET", "HEAD"} and not is_htmx(request):
        return request.get_full_path()
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if came_from and stays_here(request, came_from):
        parts = urlsplit(came_from)
        return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return request.path


def same_query(request: HttpRequest, address: str) -> str:
    """The address with the query that this request came with."""
    query = request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address


def canonical(path: str) -> str:
    """The address as mails and feeds give it: by SITE_URL, whatever Host the request named."""
    return f"{settings.SITE_URL}{path}"


def client_address(request: HttpRequest) -> str:
    """Who asks. A proxy's word counts only where TRUSTED_PROXIES says how many stand before us."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies and len(forwarded) >= proxies and (told := _clean_address(forwarded[-proxies])):
        return told
    return _clean_address(request.META.get("REMOTE_ADDR", "")) or NOBODY


def _clean_address(text: str) -> str:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def client_network(request: HttpRequest) -> str:
    """What limits count by: an IPv6 household has a /64 to itself, an IPv4 one a single address."""
    return _network_of(request, 64)


def client_site(request: HttpRequest) -> str:
    """As far as one line may reach: an IPv6 one is given up to a /48 (RFC 6177), in which whoever has it can take a new
    /64 for each account."""
    return _network_of(request, 48)


def _network_of(request: HttpRequest, bits: int) -> str:
    address = ipaddress.ip_address(client_address(request))
    if address.version == 6:
        return str(ipaddress.ip_network((address, bits), strict=False))
    return str(address)
