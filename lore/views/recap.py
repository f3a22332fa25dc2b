from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lore.models import Work
from lore.recap import recap
from lore.spoilers import Shield, Viewer

KIND = "recap"
"""The kind of its reveal: `?seen=…&reveal=recap-<mask of the works>`."""


@login_not_required
@require_safe
def catch_up(request: HttpRequest) -> HttpResponse:
    """The address carries the choice and nothing else; whoever opens somebody else's is asked first."""
    viewer = request.viewer
    chosen = [work for work in viewer.works if work.slug in request.GET.getlist("seen")]
    mask = sum(work.mask for work in chosen)
    context = {
        "ticks": [(work, work in chosen or (not chosen and viewer.inside(work.mask))) for work in viewer.works],
        "chosen": chosen,
        "address": _address(chosen),
    }
    if viewer.inside(mask) or viewer.reveals(KIND, mask):
        context["recap"] = recap(Viewer(seen=mask, load_works=lambda: viewer.works))
    else:
        context["shield"] = Shield(KIND, mask, KIND, viewer.named(viewer.missing(mask)))
    response = render(request, "lore/catch_up.html", context)
    if request.GET:
        response["X-Robots-Tag"] = "noindex"
    return response


def _address(chosen: list[Work]) -> str:
    query = QueryDict(mutable=True)
    query.setlist("seen", [work.slug for work in chosen])
    return f"{reverse('lore:catch_up')}?{query.urlencode()}" if chosen else reverse("lore:catch_up")
