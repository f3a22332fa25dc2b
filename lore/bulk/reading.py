"""From files to entries: everything that can be found wrong without a database is found here, before anything is
written."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lore.bulk.faults import Fault, shortened
from lore.bulk.shapes import Entry, Row, completed
from lore.opening import MEGABYTE
from lore.seeding import read_page, read_words, rows_of

type Entries = dict[str, list[Entry]]

TABLES = {
    "work": "works.toml",
    "source": "sources.toml",
    "category": "categories.toml",
    "event": "events.toml",
    "question": "faq.toml",
    "tie": "ties.toml",
    "picture": "pictures.toml",
}
"""Kind, which is also the name of its tables, and the file that they stand in."""
PAGE_FOLDERS = ("pages", "house")
PICTURES = "pictures"
JSON = "lore.json"
LARGEST_JSON = 100 * MEGABYTE
LISTS = {
    "work": "works",
    "source": "sources",
    "category": "categories",
    "page": "pages",
    "event": "events",
    "question": "questions",
    "tie": "ties",
    "picture": "pictures",
}
"""Kind, and the name of its list in `lore.json`."""


def read_lore(place: Path) -> Entries:
    """A folder in the format of the seed, or a `lore.json`. Raises Fault."""
    if place.is_file():
        raw = _in_json(place)
    elif any(_is_there(place / name) for name in (*TABLES.values(), *PAGE_FOLDERS)):
        raw = _in_folder(place)
    elif _is_there(place / JSON):
        raw = _in_json(place / JSON, place)
    else:
        raise Fault(f"There is no lore in {place}.")
    found: Entries = {kind: [] for kind in (*LISTS, "claim")}
    for entry in raw:
        found[entry.kind].append(completed(entry))
    found["claim"] = [claim for page in found["page"] for claim in _claims_of(page)]
    for entries in found.values():
        _refuse_twins(entries)
    return found


def _claims_of(page: Entry) -> Iterator[Entry]:
    for index, row in enumerate(page.row["claims"]):
        yield completed(Entry(page.file, "claim", row, index, page.row["slug"]))


def _refuse_twins(entries: list[Entry]) -> None:
    seen: dict[str, Entry] = {}
    for entry in entries:
        first = seen.setdefault(entry.key, entry)
        if first is not entry:
            raise Fault(f"{entry.where}: there are two of this {entry.kind}; the other is in {first.file}.")


# A folder


def _in_folder(folder: Path) -> Iterator[Entry]:
    for kind, name in TABLES.items():
        if _is_there(folder / name):
            with _reading(name):
                rows = rows_of(folder / name, kind, folder)
            yield from _numbered(name, kind, rows)
    for name in PAGE_FOLDERS:
        if _is_there(folder / name) and not (folder / name).is_dir():
            raise Fault(f"{name}: is no folder.")
        for file in sorted((folder / name).glob("*.md")):
            yield _page(folder, file, f"{name}/{file.name}")


def _is_there(file: Path) -> bool:
    """Also a link that leads nowhere: it is to be complained of."""
    return os.path.lexists(file)


def _page(folder: Path, file: Path, name: str) -> Entry:
    with _reading(name):
        head, body = read_page(file, folder)
        if body and "body" in head:
            raise ValueError("has a body in its head and another below it.")
    return Entry(name, "page", {"body": body} | head | {"slug": file.stem})


def _numbered(file: str, kind: str, rows: list[Row]) -> Iterator[Entry]:
    for index, row in enumerate(rows):
        yield Entry(file, kind, row, index)


# JSON


def _in_json(file: Path, folder: Path | None = None) -> Iterator[Entry]:
    with _reading(file.name):
        data = json.loads(read_words(file, LARGEST_JSON, folder))
        _check_lists(data)
    for kind, name in LISTS.items():
        yield from _numbered(file.name, kind, data.get(name, []))


def _check_lists(data: Any) -> None:
    if not isinstance(data, dict) or not set(data) & set(LISTS.values()):
        raise ValueError("holds no lore.")
    for name, rows in data.items():
        if name not in LISTS.values():
            raise ValueError(f"“{name}” is no list of lore.")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError(f"“{name}” must be a list of objects.")


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError:
        raise Fault(f"{name}: is not UTF-8 text.")
    except RecursionError:
        raise Fault(f"{name}: is nested too deeply.")
    except (OSError, ValueError) as problem:
        raise Fault(f"{name}: {shortened(str(problem))}")
