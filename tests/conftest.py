"""The cast: a guest, a fan, an author, an editor, a moderator and an admin."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import django

# Tests keep their own data, whatever the shell says. This stands before the settings are read, which is why
# pyproject.toml
# does not name them: pytest-django would read them before this file.
_data = tempfile.TemporaryDirectory(prefix="archive-test-")
os.environ["DATA_DIR"] = _data.name
os.environ["DJANGO_SETTINGS_MODULE"] = "ballerina_site.settings"
os.environ.setdefault("TASKS_BACKEND", "django.tasks.backends.immediate.ImmediateBackend")
os.environ.pop("SITE_URL", None)
os.environ["PAGE_CACHE_MB"] = "0"  # tests that never commit would read each other's pages; its own switch it on
if "CACHE_URL" in os.environ:  # a Redis database for each worker: clearing one's cache is not to empty another's
    os.environ["CACHE_URL"] += "/" + os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
django.setup()
# Not left for the worker processes of pytest-xdist, which would then read the settings before this file, and share
# a folder.
del os.environ["DJANGO_SETTINGS_MODULE"]

import pytest  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.test import Client  # noqa: E402
from hypothesis import settings as examples  # noqa: E402

from accounts.models import EDITORS, MODERATORS, User  # noqa: E402
from ballerina_site import ratelimit  # noqa: E402
from lore.seeding import SEED_DIR  # noqa: E402
from tests.factories import give_rights, make_fan  # noqa: E402

# The suite says the same of the same code each time; HYPOTHESIS_PROFILE=search looks where it has not looked before.
examples.register_profile("same", derandomize=True, deadline=None)
examples.register_profile("search", max_examples=500, deadline=None)
examples.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_addoption(parser):
    parser.addoption("--database-only", action="store_true", help="leave out what another database cannot change")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--database-only"):
        without = [item for item in items if not _uses_database(item)]
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in set(without)]


def pytest_collection_finish(session):
    """What is there by now, with thousands of tests in it, stays to the end: looking through it for garbage again and
    again takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _uses_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db")) or not {"db", "transactional_db"}.isdisjoint(item.fixturenames)


@pytest.fixture(autouse=True)
def plain_settings(settings):
    """Fast hashes, no limits (their own tests switch them on), static files without a manifest, mail in memory."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.RATE_LIMITS = False
    settings.ACCOUNT_RATE_LIMITS = False
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    cache.clear()


@pytest.fixture(scope="session")
def plain_seed(tmp_path_factory) -> Path:
    """The built-in seed without its pictures, which take longer to store than all the rest."""
    copy = tmp_path_factory.mktemp("plain") / "seed"
    return shutil.copytree(SEED_DIR, copy, ignore=shutil.ignore_patterns("pictures*"))


@pytest.fixture
def guest() -> Client:
    return Client()


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def fan(db) -> User:
    return make_fan(username="fan")


@pytest.fixture
def author(db) -> User:
    return make_fan(username="author")


@pytest.fixture
def editor(db) -> User:
    return _in_group(make_fan(username="edith", is_staff=True), EDITORS)


@pytest.fixture
def moderator(db) -> User:
    return _in_group(make_fan(username="morgan", is_staff=True), MODERATORS)


@pytest.fixture
def admin(db) -> User:
    return make_fan(username="adrian", is_staff=True, is_superuser=True)


def _in_group(user: User, name: str) -> User:
    group, _ = Group.objects.get_or_create(name=name)
    if not group.permissions.exists():
        give_rights()
    user.groups.add(group)
    return user


@pytest.fixture
def limits(settings, monkeypatch):
    """Rate limits are on, in a window that does not end while a test fills it."""
    settings.RATE_LIMITS = True
    monkeypatch.setattr(ratelimit, "time", SimpleNamespace(time=lambda: 1_900_000_000.0))
