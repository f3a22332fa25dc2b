"""A theory's past: what its author wrote, version by version, and what became of it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ballerina_site.http import HtmxRequest
from lore.leading import Leads
from lore.views.history import BESIDE, VIEWS
from theories import resolution
from theories.forecasting import own_forecasts
from theories.models import Theory
from theories.reading import clarifications_of, kin_of, with_annexes
from theories.stepping import why_hot
from theories.trail import comparison, trail, version_text
from theories.views.common import find, shielded


@login_not_required
@require_safe
def history(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    theory = find(request, pk, lambda rows, fan_id: with_annexes(rows, request.viewer))
    if not request.viewer.sees(theory):
        return shielded(request, theory)
    if {"from", "to"} & request.GET.keys():
        return _compare(request, theory)
    context = {
        "theory": theory,
        "trail": trail(request.viewer, theory, _number(request, "before")),
        "forecasts": own_forecasts(request.user.pk, theory),
        "clarifications": clarifications_of(request.viewer, theory, Leads(request.viewer)),
        "kin": kin_of(request.viewer, theory),
        "turns": resolution.trail(request.viewer, theory),
        "hot_parts": why_hot(theory, timezone.now()),
    }
    return render(request, "theories/history.html", context)


@login_not_required
@require_safe
def version(request: HtmxRequest, pk: int, slug: str, number: int) -> HttpResponse:
    theory = find(request, pk)
    if not request.viewer.sees(theory):
        return shielded(request, theory)
    entry = version_text(request.viewer, theory, number)
    if entry is None:
        raise Http404
    return render(request, "theories/version.html", {"theory": theory, "entry": entry, "number": number})


def _compare(request: HtmxRequest, theory: Theory) -> HttpResponse:
    found = comparison(request.viewer, theory, _number(request, "from"), _number(request, "to"))
    if found is None:
        raise Http404
    view = request.GET.get("view", "")
    view = view if view in VIEWS else BESIDE
    context = {"theory": theory, "pair": found, "view": view, "views": VIEWS.items(), "is_beside": view == BESIDE}
    return render(request, "theories/compare.html", context)


def _number(request: HtmxRequest, name: str) -> int | None:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None
