"""How often somebody may do a thing: one table. Counted per fan or network address, in fixed windows."""

import logging
import math
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from ballerina_site.http import client_network

log = logging.getLogger("security")
_MINUTE, _HOUR = 60, 60 * 60


@dataclass(frozen=True)
class Limit:
    most: int
    seconds: int
    why: str


LIMITS = {
    "post": Limit(10, _HOUR, "A theory wants a case; more than ten an hour is a machine or a flood."),
    "edit": Limit(60, _HOUR, "Saving often is good practice; once a minute for an hour is plenty."),
    "suggest": Limit(20, _HOUR, "An editor reads every suggestion; a fan who mends a whole page still fits."),
    "preview": Limit(120, _MINUTE, "Rendering is dear, and the editor asks for it while one types."),
    "draft": Limit(60, _MINUTE, "Kept by itself three seconds after the last key, in a window or two."),
    "vote": Limit(60, _MINUTE, "Faster than one can read a claim, and each vote takes the database's write lock."),
    "forecast": Limit(60, 10 * _MINUTE, "Each moves the crowd: nobody is to heat a theory by going to and fro."),
    "resolve": Limit(20, _HOUR, "Each moves a theory, and all who backed it may hear of it."),
    "comment": Limit(20, 10 * _MINUTE, "A lively talk fits; pasting one thing everywhere does not."),
    "mark": Limit(60, _MINUTE, "One reads a comment before one calls it fair."),
    "visit": Limit(60, _MINUTE, "The browser says it once for a page that is new, or on which something is."),
    "names": Limit(120, _MINUTE, "Asked for while one types @; nobody is to walk through the whole alphabet of fans."),
    "report": Limit(20, _HOUR, "Moderators read every report; guests may report, so it must not flood them."),
    "search": Limit(120, _MINUTE, "The dearest page for a guest; people behind one address share it."),
    "seen": Limit(60, _MINUTE, "A click for each work, back and forth."),
    "upload": Limit(20, _HOUR, "Decoding a picture takes seconds of processor time."),
    "profile": Limit(20, _HOUR, "Nobody renames themselves every three minutes in good faith."),
}


class TooFast(Exception):
    """A limit was hit. A form catches it and keeps what was typed; uncaught, it becomes the 429 page."""

    def __init__(self, what: str, seconds: int) -> None:
        super().__init__(f"That was too fast. Try again in {_in_words(seconds)}.")
        self.what = what
        self.seconds = seconds


def spend(request: HttpRequest, what: str) -> None:
    """Counts one `what` by who asks; raises TooFast when that is over the limit."""
    if not settings.RATE_LIMITS:
        return
    limit, now = LIMITS[what], time.time()
    window = int(now // limit.seconds)
    if _count(f"limit:{what}:{_who(request)}:{window}", limit.seconds) > limit.most:
        log.warning("limit hit: %s", what)
        raise TooFast(what, math.ceil((window + 1) * limit.seconds - now))


def told_to_wait(response: HttpResponse, fault: TooFast) -> HttpResponse:
    response.headers["Retry-After"] = str(fault.seconds)
    return response


def _count(key: str, seconds: int) -> int:
    """How often this key was counted, with this time; 0 when the cache is away: better open than closed."""
    cache.add(key, 0, seconds + 1)
    try:
        return cache.incr(key)
    except ValueError:
        log.warning("limits are not counted: the cache is away")
        return 0


def _who(request: HttpRequest) -> str:
    fan = request.user
    return f"fan-{fan.pk}" if fan.is_authenticated else f"net-{client_network(request)}"


def _in_words(seconds: int) -> str:
    if seconds < 2 * _MINUTE:
        return f"{seconds} seconds"
    return f"about {round(seconds / _MINUTE)} minutes"
