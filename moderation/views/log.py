from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ballerina_site.http import HtmxRequest
from moderation.cases import find_case
from moderation.figuring import figures as figures_now
from moderation.hooks import kinds
from moderation.listing import Filters
from moderation.models import Act, Decision, DecisionReason
from moderation.views.common import whole_number

PAGE_LENGTH = 25


@login_not_required
@require_safe
def log(request: HtmxRequest) -> HttpResponse:
    filters, before = Filters.of(request.GET), whole_number(request.GET.get("before", ""))
    decisions = filters.decisions().select_related("appeal")
    page = list((decisions if before is None else decisions.filter(pk__lt=before))[: PAGE_LENGTH + 1])
    further = {**filters.query, "before": page[PAGE_LENGTH - 1].pk} if len(page) > PAGE_LENGTH else {}
    context = {
        "entries": _named(page[:PAGE_LENGTH], request.viewer.named),
        "filters": filters,
        "acts": [(act.value, act.done) for act in Act],
        "reasons": DecisionReason.choices,
        "kinds": [(key, kind.noun) for key, kind in kinds.items()],
        "feed_href": reverse("moderation:feed", query=filters.query),
        "newer_href": "" if before is None else reverse("moderation:log", query=filters.query),
        "older_href": f"?{urlencode(further)}" if further else "",
    }
    return render(request, "moderation/log.html", context)


@login_not_required
@require_safe
def figures(request: HtmxRequest) -> HttpResponse:
    return render(request, "moderation/figures.html", {"figures": figures_now()})


def _named(decisions: list[Decision], works_of: Callable[[int], list[Any]]) -> list[dict[str, object]]:
    """Each decision with the case it was about, where readers can still go there, and the works that a shield added:
    bare titles give nothing away."""
    cases = {about: find_case(*about) for about in {decision.about for decision in decisions}}
    return [
        {"decision": decision, "case": cases[decision.about], "works": works_of(decision.scope)}
        for decision in decisions
    ]
