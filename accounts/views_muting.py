from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import muting
from accounts.models import Mute
from ballerina_site.http import HtmxRequest, safe_next, see_other
from ballerina_site.ratelimit import spend

_DONE = {"mute": "{} is muted.", "block": "{} is blocked.", "none": "{} is muted no more."}


@require_http_methods(["GET", "HEAD", "POST"])
def mute(request: HtmxRequest) -> HttpResponse:
    """What muting and blocking mean, and the buttons. `kind` and `id` name whom or what."""
    asked = request.POST if request.method == "POST" else request.GET
    kind, pk = asked.get("kind", ""), _number(asked.get("id", ""))
    row = request.user.mutes.filter(kind=kind, object_id=pk).first()
    thing = muting.named(request.viewer, kind, pk) or (row and _gone(row))
    if thing is None:
        raise Http404
    back = safe_next(request, thing.href)
    context = {"thing": thing, "back": back, "row": row}
    if request.method != "POST":
        return render(request, "accounts/mute.html", context)
    spend(request, "mute")
    act = request.POST.get("act", "")
    try:
        muting.apply(request.user, thing, act)
    except ValidationError as fault:
        return render(request, "accounts/mute.html", context | {"why": " ".join(fault.messages)}, status=422)
    done = "{} is blocked no more." if act == "none" and row and row.is_block else _DONE[act]
    messages.success(request, done.format(thing.name))
    return see_other(back)


@require_safe
def muted(request: HtmxRequest) -> HttpResponse:
    rows = list(request.user.mutes.all()) if request.user.has_mutes else []
    things = muting.all_named(request.viewer, rows)
    listed = [(row, things.get((row.kind, row.object_id)) or _gone(row)) for row in rows]
    return render(request, "accounts/muted.html", {"rows": listed})


def _gone(row: Mute) -> muting.Thing:
    """What has no name for this fan any more can still be let go."""
    return muting.Thing(row.kind, row.object_id, "Something that is not there any more", reverse("accounts:muted"))


def _number(words: str) -> int:
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else 0
