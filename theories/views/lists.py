from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ballerina_site.http import HtmxRequest
from ballerina_site.ratelimit import spend
from theories.listing import ORDERS, STATUSES, listing
from theories.models import Tag


@login_not_required
@require_safe
def index(request: HtmxRequest) -> HttpResponse:
    if request.GET.get("q"):
        spend(request, "search")
    shown = listing(request.viewer, request.GET)
    context = {
        "listing": shown,
        "tabs": [(order, shown.address(order=order.name)) for order in ORDERS.values()],
        "statuses": [(value, label) for value, (label, _) in STATUSES.items()],
        "tags": Tag.objects.visible_to(request.viewer),
        "works": request.viewer.works,
        "first": shown.address() if not shown.is_first else "",
        "further": shown.address(after=shown.next_place) if shown.next_place else "",
    }
    return render(request, "theories/list.html", context)
