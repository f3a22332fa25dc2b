"""Seed files, and the ledger that keeps an import from overwriting what people changed since.

A seeded thing is compared in three states: what the seed says now, what the last import wrote (a `SeedRecord`), and
what the database holds. Only a thing that is still as the last import left it follows its seed.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from lore.models import SeedRecord
from lore.opening import MEGABYTE, read_bytes, read_toml

SEED_DIR = Path(__file__).parent / "seed"
LARGEST_PAGE = 4 * MEGABYTE
LARGEST_TABLE = 20 * MEGABYTE
_RULE = re.compile(r"^\+\+\+(?:\n|\Z)", re.MULTILINE)
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")

LATER: dict[str, dict[str, Any]] = {
    "work": {"released_on": None},
    "page": {"scope": 0, "is_published": True, "deleted_at": None},
    "claim": {"story_position": None, "superseded_by": None},
    "event": {"kind": "other"},
    "picture": {"shows": []},
}
"""What seeds could not say at first, and what it is when they say nothing. Then it is left out of the digest, so that
what an older import recorded still compares."""


class Verdict(Enum):
    CREATE = "added"
    UPDATE = "updated"
    SAME = "unchanged"
    KEPT = "kept as edited on the site"
    GONE = "left deleted"

    @property
    def writes(self) -> bool:
        return self in {Verdict.CREATE, Verdict.UPDATE}


@dataclass(frozen=True)
class Found:
    """A thing as the database has it, in the shape of its seed. `older`: the same in the words of an earlier import.
    `moves`: what stands outside its shape is to be changed too."""

    values: dict[str, Any]
    older: dict[str, Any] | None = None
    moves: bool = False

    def digests(self, kind: str) -> set[str]:
        return {digest(values, kind) for values in (self.values, self.older) if values is not None}


@dataclass
class Ledger:
    """One import. `said` lists, for the operator, what was not simply unchanged.

    The built-in seed and what is imported from a folder (`origin`) are recorded apart: the next start of the site would
    else take back what the folder brought. What the built-in seed left untouched, a folder may change. `also`: kinds of
    records that are kept and not counted.
    """

    kinds: tuple[str, ...]
    origin: str = ""
    also: tuple[str, ...] = ()
    counts: Counter[tuple[str, Verdict]] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)
    added: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        kinds = [origin + kind for kind in (*self.kinds, *self.also) for origin in {"", self.origin}]
        rows = SeedRecord.objects.filter(kind__in=kinds).values_list("kind", "key", "digest")
        self.known = {(kind, key): recorded for kind, key, recorded in rows}

    def settle(
        self,
        kind: str,
        key: str,
        seed: dict[str, Any],
        found: Found | dict[str, Any] | None,
        *,
        former: Iterable[str] = (),
    ) -> Verdict:
        """`found` is None when the thing is not there. `former`: keys under which it may have been recorded."""
        thing = Found(found) if isinstance(found, dict) else found
        verdict = self._verdict(kind, digest(seed, kind), thing, self._recorded(kind, [key, *former]))
        self.count(kind, key, verdict)
        if verdict.writes or verdict is Verdict.SAME:
            self.record(kind, key, digest(seed, kind))
        return verdict

    def count(self, kind: str, key: str, verdict: Verdict) -> None:
        self.counts[kind, verdict] += 1
        if verdict in {Verdict.KEPT, Verdict.GONE, Verdict.UPDATE}:
            self.said.append(f"{kind} {key}: {verdict.value}")
        elif verdict is Verdict.CREATE:
            self.added.append((kind, f"{kind} {key}: {verdict.value}"))

    @staticmethod
    def _verdict(kind: str, seed: str, found: Found | None, recorded: set[str]) -> Verdict:
        if found is None:
            return Verdict.GONE if recorded else Verdict.CREATE
        if digest(found.values, kind) == seed:
            return Verdict.UPDATE if found.moves else Verdict.SAME
        return Verdict.UPDATE if found.digests(kind) & recorded else Verdict.KEPT

    def _recorded(self, kind: str, keys: Iterable[str]) -> set[str]:
        places = [(origin + kind, key) for key in keys for origin in {"", self.origin}]
        return {self.known[place] for place in places if place in self.known}

    def record(self, kind: str, key: str, value: str) -> None:
        place = (self.origin + kind, key)
        if place not in self.known:
            SeedRecord.objects.create(kind=place[0], key=key, digest=value)
        elif self.known[place] != value:
            SeedRecord.objects.filter(kind=place[0], key=key).update(digest=value)
        self.known[place] = value

    def report(self) -> str:
        counted = {
            kind: [f"{self.counts[kind, verdict]} {verdict.value}" for verdict in Verdict if self.counts[kind, verdict]]
            for kind in self.kinds
        }
        lines = [f"{kind}: {', '.join(parts)}" for kind, parts in counted.items() if parts]
        news = [line for kind, line in self.added if len(counted[kind]) > 1]
        return "\n".join([*lines, *news, *self.said])


def digest(values: dict[str, Any], kind: str = "") -> str:
    later = LATER.get(kind, {})
    told = {name: value for name, value in values.items() if name not in later or value != later[name]}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def rows_of(file: Path, name: str, within: Path | None = None) -> list[dict[str, Any]]:
    """The tables of this name, which are all that stands in the file."""
    found = read_toml(read_words(file, LARGEST_TABLE, within))
    strangers = sorted(set(found) - {name})
    if strangers:
        raise ValueError(f"“{strangers[0]}” is not known here. Write [[{name}]].")
    rows = found.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"Write [[{name}]], with two brackets.")
    return rows


def read_page(file: Path, within: Path | None = None) -> tuple[dict[str, Any], str]:
    """A Markdown file with a TOML head between two lines of `+++`: (head, body)."""
    parts = _RULE.split(read_words(file, LARGEST_PAGE, within), maxsplit=2)
    if len(parts) < 3 or parts[0].strip():
        raise ValueError(f"{file.name} does not begin with a head between two lines of +++.")
    return read_toml(parts[1]), parts[2].strip()


def read_words(file: Path, most: int, within: Path | None = None) -> str:
    """A file's text. Where the first line ends as on Windows, an editor there has written the file, and all lines are
    meant to end alike; else a text keeps the endings it has."""
    words = read_bytes(file, most, within).decode("utf-8-sig")
    first = words.partition("\n")[0]
    return words.replace("\r\n", "\n") if first.endswith("\r") else words


def read_date(words: str) -> date:
    """`2025`, `2025-06` or `2025-06-07`; what is not given counts as the first."""
    if not _DATE.fullmatch(words):
        raise ValueError(f"“{words}” is not a date like 2025-06-07.")
    year, month, day = (*(int(part) for part in words.split("-")), 1, 1)[:3]
    return date(year, month, day)
