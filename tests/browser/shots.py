"""Takes a picture of every screen, from a site of its own: `make shots`, `make shots ARGS="front theory"`."""

import http.client
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium

FOLDER = Path("shots")
WIDTHS = {"390": chromium.PHONE, "1440": chromium.DESKTOP}
THEMES = ("night", "matinee")
# Who looks: a guest who has seen nothing, a fan who has seen everything, an administrator.
GUEST, FAN, ADMIN = ("guest",), ("fan",), ("admin",)
READERS = GUEST + FAN

SCREENS = {
    "front": ("/", READERS),
    "search": ("/search/?q=rooney", READERS),
    "search-empty": ("/search/?q=xyzzy", GUEST),
    "lore-index": ("/lore/", READERS),
    "lore-characters": ("/lore/?kind=character", GUEST),
    "lore-page": ("/lore/rooney/", READERS),
    "lore-film": ("/lore/ballerina/", READERS),
    "lore-links": ("/lore/rooney/links/", GUEST),
    "lore-missing": ("/lore/rooni/", GUEST),
    "timeline": ("/lore/timeline/", READERS),
    "timeline-story": ("/lore/timeline/?order=story", FAN),
    "faq": ("/lore/faq/", READERS),
    "ties": ("/lore/ties/", READERS),
    "catch-up": ("/lore/catch-up/", GUEST),
    "rumours": ("/lore/rumours/", GUEST),
    "pictures": ("/lore/pictures/", GUEST),
    "changes": ("/lore/changes/", GUEST),
    "wanted": ("/lore/wanted/", GUEST),
    "lore-history": ("/lore/winston/history/", GUEST),
    "lore-suggest": ("/lore/winston/suggest/", FAN),
    "lore-edit": ("/lore/winston/edit/", ADMIN),
    "desk": ("/lore/desk/", ADMIN),
    "theories": ("/theories/", READERS),
    "theories-empty": ("/theories/?status=resolved", GUEST),
    "theory": ("/theories/1/", READERS),
    "theory-revealed": ("/theories/1/?reveal=theory-1", GUEST),
    "theory-2": ("/theories/2/", READERS),
    "theory-history": ("/theories/1/history/", FAN),
    "theory-new": ("/theories/new/", FAN),
    "theory-drafts": ("/theories/drafts/", FAN),
    "profile": ("/fans/vera/", READERS),
    "settings": ("/settings/", FAN),
    "settings-seen": ("/settings/seen/", READERS),
    "settings-theme": ("/settings/theme/", READERS),
    "settings-notices": ("/settings/notices/", FAN),
    "settings-following": ("/settings/following/", FAN),
    "settings-muted": ("/settings/muted/", FAN),
    "settings-profile": ("/settings/profile/", FAN),
    "settings-privacy": ("/settings/privacy/", FAN),
    "settings-rights": ("/settings/rights/", FAN),
    "settings-data": ("/settings/data/", FAN),
    "inbox": ("/inbox/", FAN),
    "limits": ("/rules/limits/", GUEST),
    "report": ("/report/?kind=theory&id=1", FAN),
    "moderation": ("/moderation/", ADMIN),
    "moderation-fan": ("/moderation/fan/2/", ADMIN),
    "moderation-theory": ("/moderation/theory/1/", ADMIN),
    "moderation-log": ("/moderation/log/", GUEST),
    "moderation-figures": ("/moderation/log/figures/", GUEST),
    "about": ("/about/", GUEST),
    "rules": ("/rules/", GUEST),
    "privacy": ("/privacy/", GUEST),
    "sign-in": ("/accounts/login/", GUEST),
    "sign-up": ("/accounts/signup/", GUEST),
    "password-reset": ("/accounts/password/reset/", GUEST),
    "email": ("/accounts/email/", FAN),
    "password-change": ("/accounts/password/change/", FAN),
    "two-factor": ("/accounts/2fa/", FAN),
    "sessions": ("/accounts/sessions/", FAN),
    "sign-out": ("/accounts/logout/", FAN),
    "not-found": ("/no-such-page/", READERS),
    "admin": ("/admin/", ADMIN),
    "admin-pages": ("/admin/lore/page/", ADMIN),
    "admin-page": ("/admin/lore/page/1/change/", ADMIN),
    "admin-theories": ("/admin/theories/theory/", ADMIN),
}


def main(wanted: list[str]) -> None:
    path = chromium.find()
    if not path:
        sys.exit("There is no Chromium here: install it or name it with CHROMIUM=/path.")
    unknown = sorted(set(wanted) - set(SCREENS))
    if unknown:
        sys.exit(f"No such screen: {', '.join(unknown)}.")
    with tempfile.TemporaryDirectory() as data_dir:
        port = spare_port()
        os.environ |= {
            "DATA_DIR": data_dir,
            "PORT": str(port),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "ballerina_site.settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's loop runs in this thread
        }
        server = subprocess.Popen([sys.executable, "manage.py", "serve"])
        try:
            wait_for(server, port)
            django.setup()
            sessions = {"guest": None, "fan": session_of(fan()), "admin": session_of(admin())}
            take(path, {name: SCREENS[name] for name in wanted or SCREENS}, sessions)
        finally:
            server.terminate()
            server.wait()


def spare_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(server: subprocess.Popen, port: int) -> None:
    while server.poll() is None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/health/live")
            line.getresponse()
            return
        except OSError:
            time.sleep(0.2)
        finally:
            line.close()
    sys.exit("The site for the pictures did not start; its messages are above.")


def fan():
    user = get_user_model().objects.create_user("vera", "vera@example.org", secrets.token_urlsafe())
    works = apps.get_model("lore", "Work").objects.values_list("bit", flat=True)
    apps.get_model("account", "EmailAddress").objects.create(user=user, email=user.email, verified=True, primary=True)
    apps.get_model("lore", "Seen").objects.create(fan=user, works=sum(1 << bit for bit in works))
    return user


def admin():
    users = get_user_model().objects
    return users.create_superuser("winston", "winston@example.org", secrets.token_urlsafe())


def session_of(user) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def take(path: str, screens: dict, sessions: dict) -> None:
    if len(screens) == len(SCREENS):
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, path)
        for who, session in sessions.items():
            for width, window in WIDTHS.items():
                for theme in THEMES:
                    page = open_page(browser, window, theme, session)
                    for name, (address, viewers) in screens.items():
                        if who in viewers:
                            shoot(page, address, FOLDER / f"{name}--{who}-{theme}-{width}.png")
                    page.context.close()
        browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}/")


def open_page(browser: Browser, window: dict, theme: str, session: str | None) -> Page:
    context = browser.new_context(base_url=settings.SITE_URL, reduced_motion="reduce", **window)
    cookies = {"theme": theme, settings.SESSION_COOKIE_NAME: session}
    context.add_cookies(
        [{"name": name, "value": value, "url": settings.SITE_URL} for name, value in cookies.items() if value]
    )
    return context.new_page()


def shoot(page: Page, address: str, file: Path) -> None:
    answer = page.goto(address)
    if answer and answer.status >= 400:
        print(f"{answer.status} {address} ({file.stem})")
    page.screenshot(path=file, full_page=True)


if __name__ == "__main__":
    main(sys.argv[1:])
