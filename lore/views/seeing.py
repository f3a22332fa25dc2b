from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from ballerina_site.http import safe_next
from ballerina_site.ratelimit import spend
from lore.forms.seeing import SeenForm
from lore.seeing import keep, remember_in_cookie, set_seen
from lore.spoilers import reveal_from


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def seen(request: HttpRequest) -> HttpResponse:
    back = safe_next(request, default="/")
    if request.method != "POST":
        return render(request, "lore/seen.html", {"form": SeenForm.showing(request.viewer.seen), "next": back})
    spend(request, "seen")
    form = SeenForm(request.POST)
    if not form.is_valid():
        return render(request, "lore/seen.html", {"form": form, "next": back}, status=422)
    response = redirect(back)
    if request.user.is_authenticated:
        set_seen(request.user, form.seen)
    else:
        remember_in_cookie(response, form.seen, secure=request.is_secure())
    return response


@require_POST
def keep_revealed(request: HttpRequest) -> HttpResponse:
    """Keeps one thing revealed for this fan: `thing` is its kind and id, as in a reveal."""
    thing = reveal_from(request.POST.get("thing", ""))
    if thing is None or not thing[1].isdecimal() or len(thing[1]) > 18:
        raise Http404
    spend(request, "seen")
    keep(request.user, thing[0], int(thing[1]))
    messages.success(request, "Kept open for you.")
    return redirect(safe_next(request, default="/"))
