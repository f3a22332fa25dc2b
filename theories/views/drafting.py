"""Drafts: what is kept by itself while one types, and the list of all that waits to be posted or saved."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.names import ARCHIVE
from ballerina_site.http import HtmxRequest, is_htmx, see_other
from ballerina_site.ratelimit import TooFast, spend, told_to_wait
from theories import manuscripts
from theories.models import Manuscript, Theory
from theories.permissions import may_act_as_archive
from theories.views.common import theory_of


@require_safe
def drafts(request: HtmxRequest) -> HttpResponse:
    rows = Theory.objects.filter(state="draft", author=request.user)
    if may_act_as_archive(request.user):
        rows = rows | Theory.objects.filter(state="draft", author__username=ARCHIVE)
    context = {
        "drafts": rows.select_related("author").order_by("-edited_at", "-id"),
        "manuscripts": Manuscript.objects.open_to(request.viewer).select_related("theory"),
    }
    return render(request, "theories/drafts.html", context)


@require_POST
def keep(request: HtmxRequest) -> HttpResponse:
    """`?of=`: the theory that is being changed."""
    if request.POST.get("action") == "drop":
        manuscripts.drop(request.user, request.POST.get("window", ""))
        messages.success(request, "It is thrown away.")
        return see_other(reverse("theories:drafts"))
    theory = theory_of(request)
    try:
        spend(request, "draft")
        kept = manuscripts.keep(
            request.user,
            theory,
            dict(request.POST.lists()),
            request.POST.get("window", ""),
            request.POST.get("continues", ""),
        )
    except TooFast as fault:
        return told_to_wait(_said(request, None, HTTPStatus.TOO_MANY_REQUESTS), fault)
    except ValidationError as problem:
        return _said(request, None, HTTPStatus.UNPROCESSABLE_ENTITY, problem.messages[0])
    return _said(request, kept) if is_htmx(request) else see_other(reverse("theories:drafts"))


def _said(
    request: HtmxRequest, kept: Manuscript | None, status: int = HTTPStatus.OK, problem: str = ""
) -> HttpResponse:
    context = {"kept": kept, "problem": problem, "is_too_fast": status == HTTPStatus.TOO_MANY_REQUESTS}
    return render(request, "theories/_kept.html", context, status=status)
