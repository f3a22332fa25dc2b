"""A fan's own page as they set it up: its words and picture, their user name, what others see."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import avatars, renaming
from accounts.forms import NameForm, PrivacyForm, ProfileForm
from accounts.reassuring import sure_of_writer
from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.kept import kept_fields
from ballerina_site.ratelimit import TooFast, spend, told_to_wait


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HtmxRequest) -> HttpResponse:
    if request.method != "POST":
        kept = kept_fields(request, request.path)
        form = ProfileForm(initial=kept.dict() if kept else None, instance=request.user)
        return render(request, "accounts/profile_edit.html", {"form": form, "was_kept": bool(kept)})
    form = ProfileForm(request.POST, request.FILES, instance=request.user)
    if not form.is_valid():
        return _refused(request, form, 422)
    try:
        spend(request, "profile")
        _change_picture(request, form)
    except TooFast as fault:
        form.add_error(None, str(fault))
        return told_to_wait(_refused(request, form, 429), fault)
    except ValidationError as fault:
        form.add_error("picture", fault)
        return _refused(request, form, 422)
    form.save()
    messages.success(request, "Your profile is saved.")
    return redirect(request.user)


def _change_picture(request: HtmxRequest, form: ProfileForm) -> None:
    if picture := form.cleaned_data["picture"]:
        spend(request, "upload")
        avatars.set_avatar(request.user, picture)
    elif form.cleaned_data.get("no_picture"):
        avatars.remove_avatar(request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@sure_of_writer
def name(request: HtmxRequest) -> HttpResponse:
    again = renaming.next_change(request.user)
    context = {"again": again, "days": renaming.EVERY.days, "kept_days": renaming.KEPT.days}
    if request.method != "POST":
        return render(request, "accounts/name.html", context | {"form": NameForm()})
    form = NameForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/name.html", context | {"form": form}, status=422)
    spend(request, "profile")
    try:
        renaming.rename(request.user, form.cleaned_data["username"])
    except ValidationError as fault:
        form.add_error("username", fault)
        return render(request, "accounts/name.html", context | {"form": form}, status=422)
    messages.success(request, f"You are @{request.user.username} now. We have sent you a mail about it.")
    return see_other(request.user.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: HtmxRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "accounts/privacy.html", {"form": PrivacyForm(instance=request.user)})
    spend(request, "profile")
    form = PrivacyForm(request.POST, instance=request.user)
    form.is_valid()
    form.save()
    messages.success(request, "Saved.")
    return see_other(request.user.get_absolute_url())


@login_not_required
@require_safe
def avatar(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Names change with the picture."""
    path = avatars.file_asked(pk, name)
    if path is None:
        raise Http404
    try:
        response = FileResponse(default_storage.open(path), content_type="image/webp")
    except FileNotFoundError:
        raise Http404
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _refused(request: HtmxRequest, form: ProfileForm, status: int) -> HttpResponse:
    # The page's head shows the fan as the database knows them, not as the refused form does.
    request.user.refresh_from_db()
    return render(request, "accounts/profile_edit.html", {"form": form}, status=status)
