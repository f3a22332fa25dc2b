"""The way out that every mail about notices carries: a signed address that works without signing in (RFC 8058).

It stops one kind of notice, or all that comes in one rhythm, for one fan, and says nothing else about them. It does not
grow old: mail lies about for years.
"""

from dataclasses import dataclass

from django.core import signing

from accounts.choosing import stop_mail, wishes_of
from accounts.models import Rhythm, User
from accounts.telling_kinds import CHOSEN, TELLING_OF

_SALT = "accounts.unsubscribing"
_KIND, _RHYTHM = "kind", "rhythm"
_COLLECTED = {Rhythm.DAILY: "the daily mail", Rhythm.WEEKLY: "the weekly mail"}


@dataclass(frozen=True)
class Stop:
    """`by` says what `name` is the name of."""

    fan: User
    by: str
    name: str

    @property
    def token(self) -> str:
        return signing.dumps([self.fan.pk, self.by, self.name], salt=_SALT)

    @property
    def words(self) -> str:
        return _COLLECTED[Rhythm(self.name)] if self.by == _RHYTHM else f"mail about “{CHOSEN[self.name].label}”"

    def carry_out(self) -> None:
        stop_mail(self.fan, [self.name] if self.by == _KIND else _told(self.fan, self.name))


def stop_kind(fan: User, kind: str) -> Stop:
    return Stop(fan, _KIND, TELLING_OF[kind].name)


def stop_rhythm(fan: User, rhythm: str) -> Stop:
    return Stop(fan, _RHYTHM, rhythm)


def read_token(token: str) -> Stop | None:
    """None for what we have not signed, for whoever has left, and for what there is no more."""
    try:
        pk, by, name = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    fan = User.objects.filter(pk=pk, erased_at=None).first()
    known = {_KIND: CHOSEN, _RHYTHM: _COLLECTED}.get(by, {})
    return Stop(fan, by, name) if fan and name in known else None


def _told(fan: User, rhythm: str) -> list[str]:
    return [name for name, wish in wishes_of(fan).items() if wish.rhythm == rhythm]
