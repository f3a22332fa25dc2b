"""What the lore tests share: a few works, viewers by what they have seen, and the archive as it is seeded."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from lore.importing import import_lore
from lore.models import Category, Event, Page, Question, SearchEntry, SeedRecord, Source, Work
from tests.factories import make_page, make_work
from tests.lore.past import edited_page, telling_page
from tests.sharing import copied, put


@pytest.fixture
def three(db) -> Work:
    return make_work("chapter-3", title="John Wick: Chapter 3", short_title="Chapter 3")


@pytest.fixture
def four(three) -> Work:
    return make_work("chapter-4", title="John Wick: Chapter 4", short_title="Chapter 4")


@pytest.fixture
def page(db) -> Page:
    return make_page("ruska-roma", body="First text.")


@pytest.fixture
def edited(editor) -> Page:
    """A page of three revisions."""
    return edited_page(editor)


@pytest.fixture
def telling(three, editor) -> Page:
    """A page whose second revision gave something away."""
    return telling_page(editor)


@pytest.fixture
def having_seen(db) -> Callable[..., Client]:
    def guest_who_saw(*works: Work | str) -> Client:
        client = Client()
        slugs = [work if isinstance(work, str) else work.slug for work in works]
        assert client.post(reverse("lore:seen"), {"works": slugs}).status_code == 302
        return client

    return guest_who_saw


@pytest.fixture(scope="session")
def imported(plain_seed) -> Iterator[Callable[[], None]]:
    """Puts the seeded archive into an empty database. Importing takes two seconds, so on SQLite it is done once and
    copied."""
    copies = []

    def imported() -> None:
        if copies:
            put(copies[0])
            return
        import_lore()
        if connection.vendor == "sqlite":
            copies.append(copied())

    yield imported
    for copy in copies:
        copy.close()


@pytest.fixture(scope="class")
def seeded_once(django_db_setup, django_db_blocker, plain_seed, imported) -> Iterator[None]:
    """For a whole class, all of whose tests want it. What one test changes is rolled back for the next."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("lore.importing.SEED_DIR", plain_seed)
        imported()
        yield
        for model in (Question, Event, Work, Page, Source, Category, SearchEntry, SeedRecord):
            model.objects.all().delete()


@pytest.fixture
def seed(tmp_path, monkeypatch, plain_seed) -> Path:
    """A copy of the seed that a test may change, in its place."""
    copy = shutil.copytree(plain_seed, tmp_path / "seed")
    monkeypatch.setattr("lore.importing.SEED_DIR", copy)
    return copy


@pytest.fixture
def stored() -> Callable[[], set[Path]]:
    """Asks what lies in the storage that was not there before."""
    before = set(Path(settings.MEDIA_ROOT).rglob("*.webp"))
    return lambda: set(Path(settings.MEDIA_ROOT).rglob("*.webp")) - before


@pytest.fixture
def seeded(seeded_once, db) -> None:
    """The archive as `import_lore` leaves it."""
