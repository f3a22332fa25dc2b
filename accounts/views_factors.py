"""The second factor is lost: asking, confirming by mail, stopping it."""

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import factors
from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.ratelimit import spend


@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: HtmxRequest) -> HttpResponse:
    """Between the password and the second factor. Who came by a code in a mail has not shown that they know the
    password, and a mail alone is not enough."""
    fan = request._login_stage.login.user
    ways = {record["method"] for record in get_authentication_records(request, fan)}
    context = {"knows_password": "password" in ways, "is_staff": fan.is_staff, "wait_hours": factors.WAIT_HOURS}
    if request.method != "POST" or not context["knows_password"]:
        return render(request, "accounts/lost_factor.html", context)
    spend(request, "factor")
    try:
        factors.ask(fan)
    except ValidationError as fault:
        return render(request, "accounts/lost_factor.html", context | {"why": " ".join(fault.messages)}, status=422)
    return render(request, "accounts/lost_factor.html", context | {"is_sent": True})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HtmxRequest, token: str) -> HttpResponse:
    reset = factors.to_confirm(token)
    if reset is None:
        raise Http404
    if request.method != "POST":
        return render(request, "accounts/confirm_lost_factor.html", {"reset": reset})
    try:
        reset = factors.confirm(reset)
    except ValidationError as fault:
        return render(request, "accounts/confirm_lost_factor.html", {"why": " ".join(fault.messages)}, status=409)
    return render(request, "accounts/confirm_lost_factor.html", {"reset": reset})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HtmxRequest, token: str) -> HttpResponse:
    """From the mail, by whoever still has the factor. It needs no sign-in: they may be in a hurry."""
    reset = factors.to_stop(token)
    if reset is None:
        raise Http404
    if request.method == "POST":
        factors.stop(reset.fan)
    return render(request, "accounts/keep_factor.html", {"is_stopped": request.method == "POST", "reset": reset})


@require_POST
def keep_mine(request: HtmxRequest) -> HttpResponse:
    factors.stop(request.user)
    messages.success(request, "Your second factor stays. Was it not you who asked? Then choose a new password.")
    return see_other(reverse("accounts:settings"))
