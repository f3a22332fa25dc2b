from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ballerina_site.context import THEMES
from ballerina_site.http import safe_next

_YEAR = 60 * 60 * 24 * 365


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def theme(request: HttpRequest) -> HttpResponse:
    back = safe_next(request, default="/")
    if request.method != "POST":
        return render(request, "site/theme.html", {"next": back})
    chosen = request.POST.get("theme")
    if chosen not in THEMES:
        context = {"next": back, "error": "Choose one of the three."}
        return render(request, "site/theme.html", context, status=422)
    response = redirect(back)
    response.set_cookie(
        "theme", chosen, max_age=_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response
