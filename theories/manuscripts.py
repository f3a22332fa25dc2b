"""What fans type into a theory's form, kept on the server while they type, whether or not it could be posted.

Each open form has a name of its own, its window, and saves into its own row. A form that goes on with a row from before
takes it over with its first saving, unless another window has saved there since: then it keeps its text beside the
other's. So what one window typed is never overwritten by another.
"""

import json
import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from hashlib import blake2s

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from lore.drafting import Fields, as_typed
from lore.spoilers import Viewer
from theories.clock import now
from theories.models import Manuscript, Theory

MOST = 50
LATE = timedelta(minutes=1)
"""For so long a saving that was on its way while its form was sent may still come in."""
_OLD = timedelta(days=1)
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "action", "window", "continues", "picture"})
_SENT = "sent"
"""Stands in the place of the fields once they were sent: what they were, in short."""
_WINDOW = re.compile(r"[\w-]{16,32}")
_MARK = re.compile(r"([\w-]{16,32})\.([0-9]{1,9})")


def new_window() -> str:
    return secrets.token_urlsafe(12)


def as_window(name: str) -> str:
    """What a form called itself; empty when that cannot be."""
    return name if _WINDOW.fullmatch(name) else ""


def window_for(fields: Fields) -> str:
    """Of a form that came without a name: two that hold the same have the same, so that a second click is known."""
    return _digest(fields)


def keep(
    fan: User, theory: Theory | None, fields: Fields, window: str, continues: str = "", *, is_asked: bool = False
) -> Manuscript | None:
    """Saves what a form holds, by itself or because its writer `is_asked` to. `continues`: the `mark` of the row that
    it was filled from. None where there is nothing to keep: no word of a claim or case yet, or what comes by itself
    from a form that has just been sent.

    Raises ValidationError for too much."""
    typed = as_typed(fields, _NOT_TYPED)
    if not as_window(window) or not any("".join(typed.get(name, [])).strip() for name in ("claim", "case")):
        return None
    with transaction.atomic():
        held = _held(fan, theory, window, continues)
        if held.sent_at and held.sent_at > now() - LATE and not is_asked:
            return None
        held.window, held.theory, held.sent_at = window, theory, None
        held.fields, held.saved_at, held.edition = typed, now(), held.edition + 1
        held.save()
    return held


class SentBefore(Exception):
    """What a form holds was sent already, by a click before this one: `theory` is what it became."""

    def __init__(self, theory: Theory) -> None:
        super().__init__()
        self.theory = theory


def send(fan: User, fields: Fields, window: str, continues: str, save: Callable[[], Theory]) -> Theory:
    """Saves by `save` what a form holds, once: neither it nor what it went on with waits any more. What another window
    saved since stays.

    Raises SentBefore when this window was sent as it is; of several sendings at once all but the first wait for it.
    What was changed since is another sending; so is, from a form without a name of its own, the same after a while."""
    if not as_window(window):
        return save()
    digest = _digest(fields)
    with transaction.atomic():
        mine = Manuscript.objects.select_for_update(of=("self",)).select_related("theory")
        held, _ = mine.get_or_create(fan=fan, window=window, defaults={"saved_at": now()})
        is_same = held.sent_at and held.theory and held.fields == {_SENT: [digest]}
        if is_same and (window != digest or held.sent_at > now() - LATE):
            raise SentBefore(held.theory)
        saved = save()
        Manuscript.objects.filter(fan=fan, sent_at__lt=now() - _OLD).delete()
        if row := _continued(fan, continues):
            row.delete()
        sent = {"fields": {_SENT: [digest]}, "theory": saved, "saved_at": now(), "sent_at": now()}
        Manuscript.objects.update_or_create(fan=fan, window=window, defaults=sent)
    return saved


def drop(fan: User, window: str) -> None:
    Manuscript.objects.filter(fan=fan, window=window).delete()


def gone_on_with(viewer: Viewer, theory: Theory | None, window: str) -> Manuscript | None:
    return waiting(viewer, theory).filter(window=window).first()


def waiting(viewer: Viewer, theory: Theory | None) -> QuerySet[Manuscript]:
    """What the viewer typed for this theory, or for one to come, and has not sent."""
    return Manuscript.objects.open_to(viewer).filter(theory=theory)


def _held(fan: User, theory: Theory | None, window: str, continues: str) -> Manuscript:
    """The row to save into, locked."""
    mine = Manuscript.objects.select_for_update().filter(fan=fan)
    held = mine.filter(window=window).first() or _continued(fan, continues)
    if held:
        return held
    if mine.filter(sent_at=None).count() >= MOST:
        raise ValidationError(f"{MOST} drafts are kept at most: throw one away first.")
    return mine.get_or_create(fan=fan, window=window, defaults={"theory": theory, "saved_at": now()})[0]


def _digest(fields: Fields) -> str:
    typed = as_typed(fields, _NOT_TYPED - {"action"})
    return blake2s(json.dumps(typed, sort_keys=True).encode(), digest_size=16).hexdigest()


def _continued(fan: User, continues: str) -> Manuscript | None:
    """The row that a form was filled from, as long as no other window has saved there since."""
    found = _MARK.fullmatch(continues)
    if not found:
        return None
    window, edition = found.groups()
    rows = Manuscript.objects.select_for_update().filter(fan=fan, sent_at=None)
    return rows.filter(window=window, edition=int(edition)).first()
