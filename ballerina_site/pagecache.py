"""Guests' pages, kept whole and compressed in the process that made them, until the content stamp moves."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Self

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

SECONDS = 60
"""A page that nobody changed is made anew after this time: days go by."""
_LONGEST = 300_000
_NEVER = ("/search/", "/health/")
_TOLD_AGAIN = ("Cache-Control", "ETag", "Vary", "Content-Location")


@dataclass(frozen=True)
class Kept:
    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    until: float

    def at_most(self, seconds: float) -> Self:
        """For no longer than this: then it is no longer right."""
        return replace(self, until=min(self.until, time.monotonic() + seconds))

    def answer(self, request: HttpRequest) -> HttpResponse:
        if request.headers.get("If-None-Match") == self.etag:
            told = {name: value for name, value in self.headers if name in _TOLD_AGAIN}
            return HttpResponseNotModified(headers=told)
        return HttpResponse(self.body, headers=dict(self.headers))


class PageCache:
    """The pages asked for last, of `most` bytes in all."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self.pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Hashable) -> Kept | None:
        with self.lock:
            kept = self.pages.get(key)
            if kept is None or kept.until <= time.monotonic():
                return None
            self.pages.move_to_end(key)
            return kept

    def put(self, key: Hashable, kept: Kept) -> None:
        with self.lock:
            self._drop(key)
            self.pages[key] = kept
            self.size += len(kept.body)
            while self.size > self.most:
                self._drop(next(iter(self.pages)))

    def _drop(self, key: Hashable) -> None:
        old = self.pages.pop(key, None)
        self.size -= len(old.body) if old else 0


def may_be_kept(request: HttpRequest) -> bool:
    """A page as every guest gets it who has seen the same: no fragment, no reveal, no search."""
    return (
        request.method == "GET"
        and "HTTP_HX_REQUEST" not in request.META
        and "reveal=" not in request.META.get("QUERY_STRING", "")
        and not request.path_info.startswith(_NEVER)
    )


def kept(response: HttpResponse) -> Kept | None:
    """The answer as it can be given again, named by its content; None when it is one person's, or no page."""
    is_public = response.headers.get("Cache-Control", "").startswith("public")
    if response.status_code != 200 or response.streaming or response.cookies or not is_public:
        return None
    if len(response.content) > _LONGEST:
        return None
    response.headers.setdefault("ETag", f'"{hashlib.blake2s(response.content, digest_size=16).hexdigest()}"')
    headers = tuple(response.headers.items())
    return Kept(response.content, headers, response.headers["ETag"], time.monotonic() + SECONDS)
