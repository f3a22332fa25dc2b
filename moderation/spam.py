"""Marks of advertising on what new accounts write. Nothing is refused for them: moderators take a look.

A service that judges texts joins through `moderation.hooks.spam_checks`; none does unless somebody adds it.
"""

import hashlib
import re
import time
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts import baiting
from accounts.levels import shown_level
from accounts.models import User
from accounts.trust import Level
from ballerina_site.ratelimit import MOST_LINKS
from ballerina_site.tally import count
from moderation import hooks
from moderation.reporting import mark_for_look

_LINK = re.compile(r"(?:https?:)?//([^\s/?#()<>\"'\[\]]+)", re.IGNORECASE)
_DAY = 24 * 60 * 60
_LEAST_SIGNS = 40
"""Letters and digits below which two texts may be alike by chance."""


def check_links(author: User, text: str) -> None:
    """Raises ValidationError for more links to other sites than the author's level may have in one text."""
    most = MOST_LINKS[shown_level(author)]
    if len(links_away(text)) > most:
        raise ValidationError(f"At most {most} links to other sites in one text, for an account like yours.")


def look_at(author: User, kind: str, object_id: int, text: str) -> None:
    """Called when something was written, within its transaction. Costs nothing for who is no longer new."""
    if shown_level(author) != Level.NEW:
        return
    marks = list(_marks(author, text))
    if marks:
        mark_for_look(kind, object_id, " ".join(marks))


def look_at_sending(author: User, kind: str, object_id: int, sent: Mapping[str, str]) -> None:
    """How it was sent: by a person who filled in the form, or not. Called by views, which alone know."""
    if shown_level(author) != Level.NEW:
        return
    marks = list(baiting.marks(sent, "post"))
    if marks:
        mark_for_look(kind, object_id, " ".join(marks))


def links_away(text: str) -> list[str]:
    own = urlsplit(settings.SITE_URL).netloc.lower()
    return [host for host in _LINK.findall(text) if host.lower() != own]


def _marks(author: User, text: str) -> Iterator[str]:
    if links_away(text):
        yield "A new account links to another site."
    if _is_repeated(text):
        yield "The same text was posted by new accounts within a day."
    for check in hooks.spam_checks:
        if words := check(author, text):
            yield words


def _is_repeated(text: str) -> bool:
    """Whether new accounts posted these words today already, however they are set."""
    signs = "".join(filter(str.isalnum, text.casefold()))
    if len(signs) < _LEAST_SIGNS:
        return False
    digest = hashlib.sha256(signs.encode()).hexdigest()[:24]
    return count(f"text:{digest}:{int(time.time()) // _DAY}", _DAY) > 1
