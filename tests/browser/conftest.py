import os
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from PIL import Image
from playwright.sync_api import sync_playwright

from ballerina_site import renditions
from lore.importing import import_lore
from tests.browser import chromium
from tests.sharing import copied, put
from theories.importing import import_theories

HERE = Path(__file__).parent
ASSETS = {"stylesheet", "script", "image", "font", "manifest"}
THEMES = ("night", "matinee")


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_path():
    path = chromium.find()
    if not path and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail("REQUIRE_BROWSER=1, but there is no Chromium: install it or name it with CHROMIUM=/path.")
    if not path:
        pytest.skip("There is no Chromium here (CHROMIUM=/path names one).")
    return path


@pytest.fixture(scope="session")
def browser(chromium_path, copies):
    """Started after the copies are made: Playwright keeps an event loop running in this thread. Django takes what
    follows for asynchronous code, and opens other connections for it than the one that made the test database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, chromium_path)
        yield browser
        browser.close()


# The site's own content, imported once. Tests with a live server share no transaction with it, so each gets a copy.


@pytest.fixture(scope="session")
def media(tmp_path_factory):
    """Apart from what other tests store: the seed's pictures are blank here."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="session")
def copies(chromium_path, django_db_setup, django_db_blocker, media):
    """The database as migrated, and as a new site has it."""
    if connection.vendor != "sqlite":
        pytest.skip("Browser tests run on SQLite.")
    with django_db_blocker.unblock():
        # A transactional test before this one has emptied all tables, the migrations' rows too.
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
        migrated = copied()
        with override_settings(MEDIA_ROOT=media), _blank_pictures():
            import_lore()
        import_theories()
        seeded = copied()
        put(migrated)
    yield migrated, seeded
    migrated.close()
    seeded.close()


@contextmanager
def _blank_pictures():
    """As large as they ought to be: to encode what is drawn would take longer than all the rest."""
    encode = renditions._encode

    @cache
    def blank(size, encoding):
        return encode(Image.new("RGB", size), encoding)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renditions, "_encode", lambda image, encoding: blank(image.size, encoding))
        yield


@pytest.fixture(autouse=True)
def as_migrated_afterwards(copies, django_db_blocker):
    """Set up before the database and so torn down after it: other tests find the groups that migrations made."""
    yield
    with django_db_blocker.unblock():
        put(copies[0])


@pytest.fixture(autouse=True)
def content(as_migrated_afterwards, django_db_serialized_rollback, transactional_db, copies, settings, media):
    settings.MEDIA_ROOT = media
    put(copies[1])


# Windows


class Faults(list):
    """What a browser complains about: script errors, violations of the CSP, files that are missing.

    `expected` holds parts of those that a test brings about itself."""

    def __init__(self):
        super().__init__()
        self.expected = []

    @property
    def unexpected(self):
        return [fault for fault in self if not any(part in fault for part in self.expected)]

    def watch(self, context):
        context.on("console", self.on_console)
        context.on("weberror", lambda event: self.append(f"script error: {event.error}"))
        context.on("response", self.on_response)

    def on_console(self, message):
        # The status of an answer is judged in on_response: a page may well be a 404 or a 422.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.append(f"console: {message.text}")

    def on_response(self, response):
        missing = response.status >= 400 and response.request.resource_type in ASSETS
        if missing or response.status >= 500:
            self.append(f"{response.status} {response.url}")


@pytest.fixture
def faults():
    return Faults()


@pytest.fixture
def open_page(browser, live_server, settings, faults):
    """Opens windows; the test fails on whatever the browser complained about in any of them."""
    settings.SITE_URL = live_server.url  # links in mails lead to the server under test
    contexts = []

    def open_page(**options):
        context = browser.new_context(base_url=live_server.url, reduced_motion="reduce", **options)
        context.set_default_timeout(10_000)
        faults.watch(context)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not faults.unexpected, "\n".join(faults.unexpected)


@pytest.fixture
def page(open_page):
    return open_page(**chromium.DESKTOP)


@pytest.fixture
def phone_page(open_page):
    return open_page(**chromium.PHONE)


@pytest.fixture
def plain_page(open_page):
    """A browser without JavaScript."""
    return open_page(**chromium.DESKTOP, java_script_enabled=False)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def any_page(open_page, request):
    """With JavaScript, and once more without."""
    return open_page(**chromium.DESKTOP, java_script_enabled=request.param)


@pytest.fixture
def enter(live_server):
    """`enter(page, user)`: the page's window is signed in from now on, past the sign-in form."""

    def enter(page, user):
        client = Client()
        client.force_login(user)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return page

    return enter


@pytest.fixture
def axe_violations():
    """`axe_violations(page)`: a readable list of what axe finds wrong; empty when all is well. `only`: rules by
    name."""

    axe = Axe()

    def axe_violations(page, only=None):
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe.axe_script)
        options = {"resultTypes": ["violations"], "selectors": False} | ({"runOnly": only} if only else {})
        found = page.evaluate("async (options) => (await axe.run(options)).violations", options)
        return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]

    return axe_violations


@pytest.fixture
def in_both_themes(axe_violations):
    """axe in the theme that the page came in, and once more for the colours of the other one."""

    def in_both_themes(page):
        first, second = THEMES
        assert page.evaluate("document.documentElement.dataset.theme") == first
        found = axe_violations(page)
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", second)
        found += [f"{second}: {told}" for told in axe_violations(page, only=["color-contrast"])]
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", first)
        return found

    return in_both_themes
