"""From rows to files: TOML, Markdown with a TOML head, and JSON. What is written here, `reading` reads."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tomli_w

from lore.bulk.picture_files import Opener
from lore.bulk.reading import JSON, LISTS, TABLES
from lore.bulk.shapes import Row

RULE = "+++"


def files_of(rows: dict[str, list[Row]]) -> dict[str, str]:
    """Path → text."""
    files = {name: _tables(kind, rows[kind]) for kind, name in TABLES.items() if rows[kind]}
    for page in rows["page"]:
        folder = "house" if page["kind"] == "house" else "pages"
        files[f"{folder}/{page['slug']}.md"] = _page(page)
    lists = {name: rows[kind] for kind, name in LISTS.items()}
    return files | {JSON: json.dumps(lists, ensure_ascii=False, indent=2) + "\n"}


def write_files(folder: Path, texts: dict[str, str], pictures: dict[str, Opener]) -> None:
    for name in {str(Path(name).parent) for name in (*texts, *pictures)}:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    for name, opened in pictures.items():
        with opened() as source, (folder / name).open("wb") as target:
            shutil.copyfileobj(source, target)


def _tables(name: str, rows: Iterable[Row]) -> str:
    return "\n".join(f"[[{name}]]\n{_toml(row)}" for row in rows)


def _page(page: Row) -> str:
    body = page.get("body", "")
    plain = {name: value for name, value in page.items() if name not in {"slug", "body", "claims", "facts"}}
    tables = {name: page[name] for name in ("facts", "claims") if isinstance(page.get(name), list)}
    if "facts" in page and "facts" not in tables:
        plain["facts"] = page["facts"]
    if body != body.strip():  # would not stand below the head as it is
        plain["body"], body = body, ""
    head = "\n".join([_toml(plain), *(_tables(name, rows) for name, rows in tables.items())])
    return f"{RULE}\n{head}{RULE}\n{body}\n"


def _toml(row: Row) -> str:
    """Several lines as several lines, unless that would change them: TOML's own strings know one kind of line end, and
    a head ends at its rule."""
    lines = [line for value in row.values() for text in _strings(value) for line in text.split("\n")]
    is_plain = not any("\r" in line or line == RULE for line in lines)
    return tomli_w.dumps(row, multiline_strings=is_plain)


def _strings(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for each in value for text in _strings(each)]
    return [value] if isinstance(value, str) else []
