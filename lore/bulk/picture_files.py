"""The files of pictures: by which names imports and exports know them, and where what is kept of them lies."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO

from django.core.files.storage import default_storage

from lore.bulk.reading import PICTURES
from lore.models import Image, SeedRecord
from lore.seeding import SEED_DIR

STORED = "stored"
"""The kind of the records that tell which picture a file became: its name without the ending, and the digest."""
_SIGNS = 12
"""So many of a picture's digest name it, if no seed has named it."""

type Opener = Callable[[], IO[bytes]]


def sum_of(data: bytes) -> str:
    """As the digests of pictures begin that were made of such a file."""
    return hashlib.sha256(data).hexdigest()[:32]


def names_of_pictures() -> dict[str, str]:
    """Digest → the name that a seed or an import gave it."""
    return dict(SeedRecord.objects.filter(kind__endswith=STORED).order_by("-kind").values_list("digest", "key"))


def name_of(image: Image, names: dict[str, str]) -> str:
    return names.get(image.digest, image.digest[:_SIGNS])


def seeded_files() -> dict[str, Path]:
    return {sum_of(file.read_bytes()): file for file in (SEED_DIR / PICTURES).glob("*.*")}


def opener_of(image: Image, seeded: dict[str, Path]) -> Opener | None:
    """What an export takes: of a seeded picture the seed's own file, by which it is known again; else the master; else,
    of a picture from before there were masters, its largest rendition."""
    file = seeded.get(image.digest[:32])
    return partial(file.open, "rb") if file else _stored(image.original) or shown_opener_of(image)


def shown_opener_of(image: Image) -> Opener | None:
    """The largest rendition, which is what the public gets: masters are private."""
    return _stored(image.file(image.widths[-1], "webp"))


def _stored(name: str) -> Opener | None:
    return partial(default_storage.open, name) if default_storage.exists(name) else None
