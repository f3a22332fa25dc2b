"""Pages travel compressed. Static files are compressed when they are collected; this is for what is made on request.

Form tokens are masked anew in each answer, so compressing a page that holds one tells nothing about it (BREACH).
"""

import gzip
from collections.abc import Callable

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

_LEAST = 500
_BROTLI_QUALITY = 5  # a quarter of a millisecond for a page; 11 takes fifty times that and saves a tenth
_TYPES = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml")


def compressed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if _may_be_compressed(response):
            patch_vary_headers(response, ["Accept-Encoding"])
            _compress(response, request.headers.get("Accept-Encoding", ""))
        return response

    return answer


def _may_be_compressed(response: HttpResponse) -> bool:
    return (
        not response.streaming
        and len(response.content) >= _LEAST
        and not response.has_header("Content-Encoding")
        and response.headers.get("Content-Type", "").startswith(_TYPES)
    )


def coding_for(accepted: str) -> str:
    """The best that the client takes, as `Content-Encoding` names it; empty for none."""
    codings = {
        part.partition(";")[0].strip() for part in accepted.split(",") if not part.replace(" ", "").endswith(";q=0")
    }
    return next((coding for coding in ("br", "gzip") if coding in codings), "")


def _compress(response: HttpResponse, accepted: str) -> None:
    coding = coding_for(accepted)
    if coding == "br":
        response.content = brotli.compress(response.content, quality=_BROTLI_QUALITY)
    elif coding == "gzip":
        response.content = gzip.compress(response.content, compresslevel=6, mtime=0)
    if coding:
        response.headers["Content-Encoding"] = coding
    response.headers["Content-Length"] = str(len(response.content))
