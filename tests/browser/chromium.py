"""Where the system's Chromium is, and how it is started."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def find() -> str | None:
    """CHROMIUM, else the first of the usual names on the path."""
    candidates = (os.environ.get("CHROMIUM", ""), *NAMES)
    return next((path for path in map(shutil.which, candidates) if path), None)


def launch(playwright: Playwright, path: str) -> Browser:
    # Without its sandbox, which root and containers do not offer: it visits this site alone.
    return playwright.chromium.launch(
        executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    )
