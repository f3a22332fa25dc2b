"""What becomes of a made-up theory, and when. Pure. Moments are milliseconds since 1970."""

from dataclasses import dataclass, replace
from random import Random

HOUR = 3_600_000
DAY = 24 * HOUR
_OLDEST = 1100 * DAY
_FATES = {
    "open": 70,
    "due": 6,
    "confirmed": 5,
    "busted": 7,
    "partly": 2,
    "void": 2,
    "proposed": 1.5,
    "seconded": 1,
    "disputed": 0.5,
    "withdrawn": 2,
    "duplicate": 1.5,
    "draft": 1.5,
}
_OUTCOMES = ("confirmed", "busted", "partly", "void")
_WAIT = 72 * HOUR


@dataclass(frozen=True)
class Life:
    """`until` is when votes ended, or now. `awaits_work`: closes with a work that has no date."""

    state: str
    opened: int
    until: int
    closes: int | None = None
    awaits_work: bool = False
    outcome: str = ""
    proposed: int | None = None
    seconded: int | None = None
    disputed: int | None = None
    resolved: int | None = None

    @property
    def closed(self) -> int | None:
        """When its outcome was told, unless its time was up before."""
        return self.seconded and min(self.seconded, self.closes or self.seconded)


def lives(chance: Random, count: int, now: int) -> list[Life]:
    fates = chance.choices(list(_FATES), weights=_FATES.values(), k=count)
    return [_life(chance, fate, now) for fate in fates]


def _life(chance: Random, fate: str, now: int) -> Life:
    age = 10 * DAY + int(_OLDEST * chance.random() ** 1.5)
    if fate in {"open", "proposed"}:
        age = int(age * chance.random())
    going = Life(fate, now - age, now, now + DAY // 2 + int(900 * DAY * chance.random() ** 2))
    if fate in _OUTCOMES:
        return _resolved(chance, going, fate)
    if fate in _ENDINGS:
        return _ENDINGS[fate](chance, going, now)
    return replace(going, closes=None, awaits_work=True) if chance.random() < 0.15 else going


def _resolved(chance: Random, life: Life, outcome: str) -> Life:
    span = life.until - life.opened - 5 * DAY
    seconded = life.opened + DAY + int(span * chance.random())
    return replace(_told(life, outcome, seconded), state=outcome, resolved=seconded + _WAIT)


def _seconded(chance: Random, life: Life, now: int) -> Life:
    life = _told(life, chance.choice(_OUTCOMES), now - int(_WAIT * 0.9 * chance.random()) - HOUR)
    return replace(life, state="proposed", resolved=life.seconded + _WAIT)


def _told(life: Life, outcome: str, seconded: int) -> Life:
    return replace(life, outcome=outcome, proposed=seconded - HOUR, seconded=seconded, until=seconded)


def _proposed(chance: Random, life: Life, now: int) -> Life:
    return replace(life, proposed=life.opened + int((now - life.opened) * chance.random()))


def _disputed(chance: Random, life: Life, now: int) -> Life:
    life = _told(life, "", now - int((now - life.opened - 5 * DAY) * chance.random()) - HOUR)
    return replace(life, disputed=life.seconded)


def _due(chance: Random, life: Life, now: int) -> Life:
    closes = now - int((now - life.opened) * 0.8 * chance.random()) - HOUR
    return replace(life, state="open", closes=closes, until=closes)


def _short(chance: Random, life: Life, now: int) -> Life:
    return replace(life, until=life.opened + DAY)


_ENDINGS = {
    "due": _due,
    "proposed": _proposed,
    "seconded": _seconded,
    "disputed": _disputed,
    "withdrawn": _short,
    "duplicate": _short,
}
