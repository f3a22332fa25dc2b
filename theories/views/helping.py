"""What helps while one writes: preview, hints, names of what can be cited and of tags. For whoever is signed in."""

from datetime import date

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from ballerina_site.http import HtmxRequest
from ballerina_site.ratelimit import spend
from lore import markup
from lore.leading import led
from lore.reading import shown
from theories import citing, posting, tagging
from theories.forms import CHECK, TheoryForm
from theories.hinting import hints
from theories.similar import similar
from theories.views.common import theory_of


@require_POST
def preview(request: HtmxRequest) -> HttpResponse:
    """How the case will look to whoever writes it."""
    spend(request, "preview")
    try:
        compiled = posting.compile_text(request.POST.get("case", "")[:20_000], "")
    except ValidationError as error:
        return HttpResponse(format_html('<p class="notice is-error">{}</p>', " ".join(error.messages)), status=422)
    return HttpResponse(*led(request.viewer, [shown(request.viewer, markup.from_json(compiled["case"]))]))


@require_POST
def hint(request: HtmxRequest) -> HttpResponse:
    spend(request, "preview")
    context = hints_for(request)
    if request.POST.get("action") == CHECK:
        form = TheoryForm(request.POST, viewer=request.viewer, theory=theory_of(request))
        context["complaints"] = form.complaints()
    return render(request, "theories/_hints.html", context)


@require_POST
def cited(request: HtmxRequest) -> HttpResponse:
    """What the lines typed so far cite, in words."""
    spend(request, "preview")
    form = TheoryForm(request.POST, viewer=request.viewer, theory=theory_of(request))
    return render(request, "theories/_cited.html", {"cited": form.cited})


@require_safe
def cite_names(request: HtmxRequest) -> HttpResponse:
    spend(request, "search")
    found = citing.names_like(request.viewer, request.GET.get("q", "")[:80])
    return JsonResponse({"names": [name.as_json() for name in found]})


@require_safe
def tag_names(request: HtmxRequest) -> HttpResponse:
    spend(request, "search")
    found = tagging.names_like(request.viewer, request.GET.get("q", "")[:80])
    return JsonResponse({"names": [name.as_json() for name in found]})


def hints_for(request: HtmxRequest) -> dict[str, object]:
    """Of what was typed so far; nothing is refused here. `of`: the theory that is being changed; `early`: its writer
    has not come to the criteria. A check says elsewhere that they are missing."""
    claim = request.POST.get("claim", "")[:200]
    of = request.GET.get("of", "")
    but = int(of) if of.isascii() and of.isdecimal() and len(of) < 19 else None
    criteria = request.POST.get("criteria", "")
    is_told = "early" in request.POST or request.POST.get("action") == CHECK
    return {
        "hints": hints(
            claim, None if is_told and not criteria.strip() else criteria, _day(request), timezone.now().date()
        ),
        "similar": similar(request.viewer, claim, but=but),
        "was_asked": True,
        "has_claim": bool(claim.strip()),
    }


def _day(request: HtmxRequest) -> date | None:
    try:
        return parse_date(request.POST.get("due", ""))
    except ValueError:  # as 2030-02-31 is
        return None
