"""How often somebody may do a thing: one table. Counted per fan and per network address, in fixed windows."""

import logging
import math
import time
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ballerina_site.http import client_network
from ballerina_site.tally import count

log = logging.getLogger("security")
_MINUTE, _HOUR, _DAY = 60, 60 * 60, 24 * 60 * 60
_WINDOWS = {_MINUTE: "a minute", _HOUR: "an hour", _DAY: "a day"}
_HIGHEST = 2
_NETWORK_TIMES = 10


@dataclass(frozen=True)
class Limit:
    """`most` in a window of `seconds`: for a guest's network, and for a fan. `new` and `regular`: for accounts of the
    lowest and of the highest level, where that is not the same. `network`: for all accounts behind one network address
    together; a school or a carrier has many, so it is several times the fan's.
    """

    most: int
    seconds: int
    why: str
    new: int | None = None
    regular: int | None = None
    network: int | None = None

    def for_level(self, level: int) -> int:
        by_level = {0: self.new, _HIGHEST: self.regular}
        return by_level.get(level) or self.most

    @property
    def for_network(self) -> int:
        return self.network or _NETWORK_TIMES * max(self.most, self.regular or 0)

    @property
    def window(self) -> str:
        return _WINDOWS.get(self.seconds) or f"in {self.seconds // _MINUTE} minutes"


LIMITS = {
    "post": Limit(
        10, _HOUR, "A theory wants a case; more than ten an hour is a machine or a flood.", new=3, regular=20
    ),
    "edit": Limit(60, _HOUR, "Saving often is good practice; once a minute for an hour is plenty.", regular=120),
    "suggest": Limit(
        20, _HOUR, "An editor reads every suggestion; a fan who mends a whole page still fits.", new=6, regular=40
    ),
    "preview": Limit(120, _MINUTE, "Rendering is dear, and the editor asks for it while one types."),
    "draft": Limit(60, _MINUTE, "Kept by itself three seconds after the last key, in a window or two."),
    "vote": Limit(
        60, _MINUTE, "Faster than one can read a claim, and each vote takes the database's write lock.", new=30
    ),
    "forecast": Limit(
        60, 10 * _MINUTE, "Each moves the crowd: nobody is to heat a theory by going to and fro.", new=30
    ),
    "resolve": Limit(20, _HOUR, "Each moves a theory, and all who backed it may hear of it."),
    "comment": Limit(20, 10 * _MINUTE, "A lively talk fits; pasting one thing everywhere does not.", new=8, regular=40),
    "mark": Limit(60, _MINUTE, "One reads a comment before one calls it fair."),
    "visit": Limit(60, _MINUTE, "The browser says it once for a page that is new, or on which something is."),
    "names": Limit(120, _MINUTE, "Asked for while one types @; nobody is to walk through the whole alphabet of fans."),
    "report": Limit(
        20, _HOUR, "Moderators read every report; guests may report, so it must not flood them.", new=10, regular=40
    ),
    "search": Limit(120, _MINUTE, "The dearest page for a guest; people behind one address share it."),
    "seen": Limit(60, _MINUTE, "A click for each work, back and forth."),
    "upload": Limit(20, _HOUR, "Decoding a picture takes seconds of processor time.", new=6, regular=40),
    "factor": Limit(5, _HOUR, "Each writes to every address of somebody who may not have asked."),
    "follow": Limit(60, 10 * _MINUTE, "A click for each thing; whoever follows everything is told nothing."),
    "mute": Limit(60, _HOUR, "Quiet is for a few people and tags, not for a list of the whole house."),
    "profile": Limit(20, _HOUR, "Nobody renames themselves every three minutes in good faith."),
    "export": Limit(5, _DAY, "Packing reads all that a fan ever did; their data is not another one every hour."),
    "posts-a-day": Limit(20, _DAY, "Nobody can keep up with more from one head.", new=5, regular=40),
    "comments-a-day": Limit(200, _DAY, "A long evening’s talk fits.", new=30, regular=400),
    "votes-an-hour": Limit(600, _HOUR, "An evening’s reading fits; a machine that votes on all does not.", new=120),
    "pictures-a-day": Limit(60, _DAY, "Each is kept for good.", new=10, regular=120),
    "reports-a-day": Limit(60, _DAY, "Moderators read each of them.", new=20, regular=120),
}
LONGER = {
    "post": "posts-a-day",
    "comment": "comments-a-day",
    "vote": "votes-an-hour",
    "upload": "pictures-a-day",
    "report": "reports-a-day",
}
"""What is limited in the longer run as well."""
MOST_LINKS = {0: 3, 1: 20, _HIGHEST: 50}
"""Links to other sites in one text, by level: advertising is made of them."""


class TooFast(Exception):
    """A limit was hit. A form catches it and keeps what was typed; uncaught, it becomes the 429 page."""

    def __init__(self, what: str, seconds: int) -> None:
        super().__init__(f"That was too fast. Try again in {_in_words(seconds)}.")
        self.what = what
        self.seconds = seconds


def spend(request: HttpRequest, what: str) -> None:
    """Counts one `what` by who asks, and in the longer run where that is limited too; raises TooFast when that is over
    the limit."""
    if not settings.RATE_LIMITS:
        return
    for row in filter(None, (what, LONGER.get(what))):
        for who, most in _counted_by(request, LIMITS[row]):
            _spend(row, who, most)


def _spend(what: str, who: str, most: int) -> None:
    limit, now = LIMITS[what], time.time()
    window = int(now // limit.seconds)
    if count(f"limit:{what}:{who}:{window}", limit.seconds) > most:
        log.warning("limit hit: %s", what)
        raise TooFast(what, math.ceil((window + 1) * limit.seconds - now))


def _counted_by(request: HttpRequest, limit: Limit) -> list[tuple[str, int]]:
    """A fan by account, wherever they are, and by the network they come from; a guest by network alone."""
    network = client_network(request)
    if not request.user.is_authenticated:
        return [(f"net-{network}", limit.most)]
    level = _HIGHEST if request.user.is_staff else request.user.level
    return [(f"fan-{request.user.pk}", limit.for_level(level)), (f"fans-of-{network}", limit.for_network)]


def told_to_wait(response: HttpResponse, fault: TooFast) -> HttpResponse:
    response.headers["Retry-After"] = str(fault.seconds)
    return response


def _in_words(seconds: int) -> str:
    if seconds < 2 * _MINUTE:
        return f"{seconds} seconds"
    if seconds >= 2 * _HOUR:
        return f"about {round(seconds / _HOUR)} hours"
    return f"about {round(seconds / _MINUTE)} minutes"
