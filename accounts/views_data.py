"""One's own data: taking it along, and leaving."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import exporting, leaving
from accounts.forms_data import LeaveForm
from accounts.reassuring import sure_of_writer
from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.ratelimit import TooFast, spend, told_to_wait


@require_http_methods(["GET", "HEAD", "POST"])
def data(request: HtmxRequest) -> HttpResponse:
    """A POST asks for an export. The page tells how far it is; asking again for the page is how one sees it move."""
    if request.method != "POST":
        return _data(request)
    try:
        spend(request, "export")
        exporting.ask(request.user)
    except TooFast as fault:
        return told_to_wait(_data(request, str(fault), 429), fault)
    except ValidationError as fault:
        return _data(request, " ".join(fault.messages), 409)
    return see_other(reverse("accounts:data"))


@reauthentication_required(allow_get=False)
@require_safe
def fetch(request: HtmxRequest) -> FileResponse:
    export = exporting.to_fetch(request.user)
    if export is None:
        raise Http404
    try:
        file = default_storage.open(export.file)
    except FileNotFoundError:
        raise Http404
    name = f"ballerina-archive-{request.user.username}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@require_http_methods(["GET", "HEAD", "POST"])
@sure_of_writer
def leave(request: HtmxRequest) -> HttpResponse:
    context = {"days": leaving.GRACE_DAYS, "is_staff": request.user.is_staff or request.user.is_superuser}
    context["departure"] = leaving.pending(request.user.pk)
    if request.method != "POST":
        return render(request, "accounts/leave.html", context | {"form": LeaveForm(request.user)})
    form = LeaveForm(request.user, request.POST)
    if not form.is_valid():
        return render(request, "accounts/leave.html", context | {"form": form}, status=422)
    spend(request, "profile")
    try:
        leaving.ask(request.user, form.cleaned_data["posts"])
    except ValidationError as fault:
        form.add_error(None, fault)
        return render(request, "accounts/leave.html", context | {"form": form}, status=422)
    messages.warning(request, "Your account will be removed. We have sent you a mail with which you can stop it.")
    return see_other(reverse("accounts:data"))


@require_POST
def stay_here(request: HtmxRequest) -> HttpResponse:
    """By whoever is signed in."""
    if leaving.stop(request.user):
        messages.success(request, "You stay. Was it not you who asked? Then choose a new password.")
    return see_other(reverse("accounts:data"))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: HtmxRequest, token: str) -> HttpResponse:
    """From the mail; it needs no sign-in."""
    departure = leaving.to_stop(token)
    if departure is None:
        raise Http404
    if request.method == "POST":
        leaving.stop(departure.fan)
    context = {"departure": departure, "is_stopped": request.method == "POST"}
    return render(request, "accounts/stay.html", context)


def _data(request: HtmxRequest, why: str = "", status: int = 200) -> HttpResponse:
    context = {
        "export": exporting.latest(request.user),
        "departure": leaving.pending(request.user.pk),
        "kept_days": exporting.KEPT_DAYS,
        "why": why,
    }
    return render(request, "accounts/data.html", context, status=status)
