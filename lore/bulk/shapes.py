"""What may be said of each kind of thing, in TOML as in JSON: names, types, and what holds where nothing is said."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import PurePath
from typing import Any

from lore.bulk.faults import Fault, shortened
from lore.seeding import read_date

type Row = dict[str, Any]
type Check = Callable[[Any], Any]
NEEDED = object()


@dataclass(frozen=True)
class Field:
    check: Check
    default: Any = NEEDED


@dataclass(frozen=True)
class Entry:
    """One thing as a file has it: the `index`th of its kind there. `home` is the page that a claim stands on."""

    file: str
    kind: str
    row: Row
    index: int = 0
    home: str = ""

    @property
    def key(self) -> str:
        """A picture's is its file's name without the ending: what is exported has another."""
        if self.kind == "picture":
            return PurePath(str(self.row.get("file", "?"))).stem
        return " ".join(str(self.row.get(name, "?")) for name in KEYS[self.kind])

    @property
    def where(self) -> str:
        return self.file if self.kind == "page" and self.file.endswith(".md") else f"{self.file}, {self.key}"


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text, in quotation marks")
    return value


def file_name(value: Any) -> str:
    """Of a file in one folder: no way leads out of it."""
    if text(value) != PurePath(value).name or "\\" in value or value.startswith("."):
        raise ValueError("must be the name of a file, without folders")
    return value


def number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("must be a number, 0 or more")
    return value


def yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def words(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ValueError("must be a list of words, each in quotation marks")
    return value


def tables(value: Any) -> list[Row]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise ValueError("must be tables")
    return value


def facts(value: Any) -> str:
    """Tables of label and value, or the whole as it stands in the editor."""
    if isinstance(value, str):
        return value
    lines = [complete("fact", row) for row in tables(value)]
    return "\n".join(f"{line['label']}: {line['value']}" for line in lines)


def day(value: Any) -> str:
    """`2025`, `2025-06` or `2025-06-07`; TOML's own dates too."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    try:
        read_date(text(value))
    except ValueError:
        raise ValueError("must be a day like 2025-06-07, a month like 2025-06 or a year like 2025, in quotation marks")
    return value


def moment(value: Any) -> str:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(text(value))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


KEYS: dict[str, tuple[str, ...]] = {
    "work": ("slug",),
    "source": ("key",),
    "category": ("slug",),
    "page": ("slug",),
    "claim": ("id",),
    "event": ("key",),
    "question": ("key",),
    "tie": ("source", "kind", "target"),
    "picture": ("file",),
    "fact": ("label",),
}

SHAPES: dict[str, dict[str, Field]] = {
    "work": {
        "slug": Field(text),
        "title": Field(text),
        "short_title": Field(text),
        "kind": Field(text),
        "release_order": Field(number),
        "story_order": Field(number, None),
        "released": Field(text, ""),
        "released_on": Field(day, None),
        "page": Field(text, None),
    },
    "source": {
        "key": Field(text),
        "title": Field(text),
        "kind": Field(text),
        "url": Field(text, ""),
        "date": Field(day),
        "precision": Field(text, None),
    },
    "category": {"slug": Field(text), "name": Field(text)},
    "page": {
        "slug": Field(text),
        "title": Field(text),
        "kind": Field(text),
        "scope": Field(words, []),
        "is_published": Field(yes_or_no, True),
        "deleted_at": Field(moment, None),
        "aliases": Field(words, []),
        "old_addresses": Field(words, []),
        "categories": Field(words, []),
        "see_also": Field(words, []),
        "hatnote": Field(text, ""),
        "lead": Field(text),
        "body": Field(text, ""),
        "facts": Field(facts, ""),
        "claims": Field(tables, []),
    },
    "fact": {"label": Field(text), "value": Field(text)},
    "claim": {
        "id": Field(text),
        "status": Field(text),
        "text": Field(text),
        "scope": Field(words, []),
        "sources": Field(words, None),  # none given: the article, of mid-2025
        "as_of": Field(day, None),
        "precision": Field(text, None),
        "also_on": Field(words, []),
        "superseded_by": Field(text, None),
        "position": Field(number, None),
        "story": Field(number, None),
    },
    "event": {
        "key": Field(text),
        "title": Field(text),
        "text": Field(text, ""),
        "track": Field(text),
        "kind": Field(text, "other"),
        "when": Field(day, None),
        "precision": Field(text, None),
        "words": Field(text, ""),
        "work": Field(text, None),
        "story_after": Field(text, None),
        "scope": Field(words, []),
        "page": Field(text, None),
        "claim": Field(text, None),
        "position": Field(number, None),
    },
    "question": {
        "key": Field(text),
        "question": Field(text),
        "answer": Field(text),
        "claims": Field(words, []),
        "position": Field(number, None),
    },
    "tie": {
        "source": Field(text),
        "kind": Field(text),
        "target": Field(text),
        "claim": Field(text, None),
        "scope": Field(words, []),
    },
    "picture": {
        "file": Field(file_name),
        "alt": Field(text),
        "credit": Field(text),
        "licence": Field(text),
        "focal_x": Field(number, 50),
        "focal_y": Field(number, 50),
        "scope": Field(words, []),
        "lead_of": Field(words, []),
        "shows": Field(words, []),
    },
}


def closeness(words: str | None, precision: str | None) -> str:
    """How closely a date is meant: as it says, else as it is written."""
    return precision or {4: "year", 7: "month"}.get(len(words or ""), "day")


def complete(kind: str, row: Row) -> Row:
    """The row with nothing left unsaid. Raises ValueError; a name that nobody knows is refused too, so that a misspelt
    “scope” shields nothing by accident."""
    fields = SHAPES[kind]
    unknown = sorted(set(row) - set(fields))
    if unknown:
        raise ValueError(f"“{unknown[0]}” is nothing that a {kind} has.")
    return {name: _value(name, field, row) for name, field in fields.items()}


def _value(name: str, field: Field, row: Row) -> Any:
    if row.get(name) is None:
        if field.default is NEEDED:
            raise ValueError(f"“{name}” is missing.")
        return field.default
    try:
        return field.check(row[name])
    except ValueError as problem:
        raise ValueError(f"“{name}”: {problem}")


def completed(entry: Entry) -> Entry:
    try:
        return replace(entry, row=complete(entry.kind, entry.row))
    except ValueError as problem:
        raise Fault(f"{shortened(entry.where)}: {shortened(str(problem))}")


def lean(kind: str, row: Row) -> Row:
    """The row without what holds anyway, in the order in which we write it."""
    fields = SHAPES[kind]
    return {name: row[name] for name in fields if name in row and row[name] != fields[name].default}
