"""A copy of the seed that a test may change, and what it is changed with."""

from pathlib import Path
from typing import Any

import tomli_w
from PIL import Image as Pillow

from lore.models import (
    Category,
    Event,
    Image,
    Page,
    Question,
    SearchEntry,
    SeedRecord,
    Source,
    Tie,
    Work,
)

EVERYTHING = (Question, Event, Tie, Work, Page, Source, Category, SearchEntry, SeedRecord, Image)


def empty_the_site() -> None:
    for model in EVERYTHING:
        model.objects.all().delete()


def page_of(slug: str) -> Page:
    return Page.objects.select_related("current").get(addresses__slug=slug)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def add_picture(seed: Path, name: str = "hall.png", colour: str = "red", **fields: Any) -> None:
    (seed / "pictures").mkdir(exist_ok=True)
    Pillow.new("RGB", (60, 40), colour).save(seed / "pictures" / name)
    row = {"file": name, "alt": "A hall with mirrors", "credit": "The archive", "licence": "own"} | fields
    with (seed / "pictures.toml").open("a") as file:
        file.write("\n[[picture]]\n" + tomli_w.dumps(row))
