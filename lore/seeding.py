"""Seed files, and the ledger that keeps an import from overwriting what people changed since.

A seeded thing is compared in three states: what the seed says now, what the last import wrote (a `SeedRecord`),
and what the
database holds. Only a thing that is still as the last import left it follows its seed.
"""

import hashlib
import json
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from lore.models import SeedRecord

SEED_DIR = Path(__file__).parent / "seed"


class Verdict(Enum):
    CREATE = "added"
    UPDATE = "updated"
    SAME = "unchanged"
    KEPT = "kept as edited on the site"
    GONE = "left deleted"

    @property
    def writes(self) -> bool:
        return self in {Verdict.CREATE, Verdict.UPDATE}


@dataclass
class Ledger:
    """One import. `said` lists, for the operator, what was not simply unchanged."""

    kinds: tuple[str, ...]
    counts: Counter[tuple[str, Verdict]] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        rows = SeedRecord.objects.filter(kind__in=self.kinds)
        self.known = {(row.kind, row.key): row.digest for row in rows}

    def settle(self, kind: str, key: str, seed: dict[str, Any], found: dict[str, Any] | None) -> Verdict:
        """`found` is the thing as the database has it, in the shape of `seed`; None when it is not there."""
        verdict = self._verdict(self.known.get((kind, key)), digest(seed), digest(found) if found else None)
        self.counts[kind, verdict] += 1
        if verdict in {Verdict.KEPT, Verdict.GONE, Verdict.UPDATE}:
            self.said.append(f"{kind} {key}: {verdict.value}")
        if verdict.writes or verdict is Verdict.SAME:
            self._record(kind, key, digest(seed))
        return verdict

    @staticmethod
    def _verdict(recorded: str | None, seed: str, found: str | None) -> Verdict:
        if found is None:
            return Verdict.GONE if recorded else Verdict.CREATE
        if found == seed:
            return Verdict.SAME
        return Verdict.UPDATE if found == recorded else Verdict.KEPT

    def _record(self, kind: str, key: str, value: str) -> None:
        if self.known.get((kind, key)) != value:
            SeedRecord.objects.update_or_create(kind=kind, key=key, defaults={"digest": value})
            self.known[kind, key] = value

    def report(self) -> str:
        lines = []
        for kind in self.kinds:
            parts = [
                f"{self.counts[kind, verdict]} {verdict.value}" for verdict in Verdict if self.counts[kind, verdict]
            ]
            lines.append(f"{kind}: {', '.join(parts) or 'none'}")
        return "\n".join([*lines, *self.said])


def digest(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def rows_of(file: Path, name: str) -> list[dict[str, Any]]:
    return tomllib.loads(file.read_text("utf-8")).get(name, [])


def read_page(file: Path) -> tuple[dict[str, Any], str]:
    """A Markdown file with a TOML head between two lines of `+++`: (head, body)."""
    opening, head, body = file.read_text("utf-8").split("+++\n", 2)
    if opening.strip():
        raise ValueError(f"{file.name}: begins with something other than +++.")
    return tomllib.loads(head), body.strip()


def read_date(words: str) -> date:
    """`2025`, `2025-06` or `2025-06-07`; what is not given counts as the first."""
    year, month, day = (*(int(part) for part in words.split("-")), 1, 1)[:3]
    return date(year, month, day)
