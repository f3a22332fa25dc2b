"""Leaderboard, how scores are made, and what is one's own."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ballerina_site.http import HtmxRequest
from theories.examples import examples
from theories.leaderboard import leaderboard, summary
from theories.mine import TABS, awaiting, own_list
from theories.skill import LEAST_RESOLVED


@login_not_required
@require_safe
def record(request: HtmxRequest) -> HttpResponse:
    board = leaderboard(request.GET)
    shows_season = board.is_first and not board.is_of_all_time
    context = {"board": board, "summary": summary(request.viewer, board.season) if shows_season else None}
    return render(request, "theories/record.html", context)


@login_not_required
@require_safe
def scoring(request: HtmxRequest) -> HttpResponse:
    return render(request, "theories/scoring.html", {"examples": examples(), "least": LEAST_RESOLVED})


@require_safe
def mine(request: HtmxRequest) -> HttpResponse:
    own = own_list(request.viewer, request.user, request.GET.get("show", ""), request.GET.get("after", ""))
    context = {
        "own": own,
        "tabs": TABS,
        "awaiting": awaiting(request.viewer, request.user) if own.is_first else None,
    }
    return render(request, "theories/mine.html", context)
