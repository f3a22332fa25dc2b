from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

THEMES = ("system", "night", "matinee")


def chosen_theme(request: HttpRequest) -> str:
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES[1:] else ""


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "theme": chosen_theme(request),
        "site_url": settings.SITE_URL,
        "site_host": urlsplit(settings.SITE_URL).netloc,
    }
