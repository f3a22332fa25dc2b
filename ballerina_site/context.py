from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

THEMES = ("system", "night", "matinee")


def site(request: HttpRequest) -> dict[str, object]:
    theme = request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in THEMES[1:] else "",
        "site_url": settings.SITE_URL,
        "site_host": urlsplit(settings.SITE_URL).netloc,
    }
