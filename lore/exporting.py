"""Writes lore to a folder: the format of the seed, and the same as one JSON file."""

import tempfile
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from lore.bulk.audience import Audience
from lore.bulk.picture_files import Opener
from lore.bulk.reading import JSON, PAGE_FOLDERS, PICTURES, TABLES
from lore.bulk.rows import Rows, rows_of_lore
from lore.bulk.taking import Taking
from lore.bulk.writing import files_of, write_files

OURS = (*TABLES.values(), *PAGE_FOLDERS, PICTURES, JSON)
"""What an export writes, and what the next one into the same folder replaces. Anything else there is left alone."""


def export_lore(folder: Path, *, is_public: bool = False, force: bool = False) -> str:
    """Says what it wrote. Raises ValidationError when the folder is not empty and `force` is not given."""
    _check(folder, force)
    with transaction.atomic():
        taking = Taking(Audience(is_public))
        rows = rows_of_lore(taking)
    pictures = {f"{PICTURES}/{taken.name}": taken.open for taken in taking.pictures}
    _put(folder, files_of(rows), pictures)
    lost = [f"picture {name}: left out, its file is not in the storage" for name in taking.lost]
    return "\n".join([*_counts(rows), *lost, f"Written to {folder}."])


def _check(folder: Path, force: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise ValidationError(f"{folder} is no folder.")
    if not force and folder.is_dir() and any(folder.iterdir()):
        raise ValidationError(f"{folder} is not empty. With --force, an older export in it is replaced.")


def _put(folder: Path, texts: dict[str, str], pictures: dict[str, Opener]) -> None:
    """Written beside the old, and put in its place when all is written."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as made:
        new, old = Path(made) / "new", Path(made) / "old"
        new.mkdir()
        old.mkdir()
        write_files(new, texts, pictures)
        try:
            _move(folder, old)
            _move(new, folder)
        except OSError:
            _move(old, folder)
            raise


def _move(source: Path, target: Path) -> None:
    for name in OURS:
        if (source / name).exists():
            (source / name).rename(target / name)


def _counts(rows: Rows) -> list[str]:
    claims = sum(len(page.get("claims", [])) for page in rows["page"])
    counts = {kind: len(found) for kind, found in rows.items()} | {"claim": claims}
    return [f"{kind}: {count}" for kind, count in counts.items() if count]
