from allauth.account.forms import SignupForm
from allauth.account.views import SignupView
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.completing import fans_called
from accounts.forms import ProfileForm
from accounts.hooks import settings_links
from accounts.models import User
from accounts.notifying import PAGE, read_all
from accounts.notifying import inbox as inbox_of
from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.kept import kept_fields
from ballerina_site.ratelimit import TooFast, spend, told_to_wait


class SignUpView(SignupView):
    def form_valid(self, form: SignupForm) -> HttpResponse:
        """Two may ask for one name at the same moment: the database lets one through, the other sees why."""
        try:
            return super().form_valid(form)
        except IntegrityError:
            if not User.objects.name_taken(form.cleaned_data["username"]):
                raise
            form.add_error("username", "That name is taken, or too close to one that is.")
            return self.form_invalid(form)


sign_up = SignUpView.as_view()


@require_safe
def settings(request: HtmxRequest) -> HttpResponse:
    context = {"links": settings_links, "has_providers": bool(get_social_adapter().list_providers(request))}
    return render(request, "accounts/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HtmxRequest) -> HttpResponse:
    if request.method != "POST":
        kept = kept_fields(request, request.path)
        form = ProfileForm(initial=kept.dict() if kept else None, instance=request.user)
        return render(request, "accounts/profile_edit.html", {"form": form, "was_kept": bool(kept)})
    form = ProfileForm(request.POST, instance=request.user)
    if not form.is_valid():
        return _refused(request, form, 422)
    try:
        spend(request, "profile")
    except TooFast as fault:
        form.add_error(None, str(fault))
        return told_to_wait(_refused(request, form, 429), fault)
    form.save()
    messages.success(request, "Your profile is saved.")
    return redirect(request.user)


@require_safe
def suggest(request: HtmxRequest) -> HttpResponse:
    """Whom somebody may mean who is typing @."""
    spend(request, "names")
    found = fans_called(request.GET.get("q", ""))
    names = [{"label": f"@{fan.username}", "text": fan.username, "hint": fan.get_full_name()} for fan in found]
    return JsonResponse({"names": names})


@require_safe
def inbox(request: HtmxRequest) -> HttpResponse:
    entries = inbox_of(request.viewer, request.user, _number(request.GET.get("before", "")))
    context = {
        "entries": entries,
        "newest": entries[0][0].pk if entries else 0,
        "further": entries[-1][0].pk if len(entries) == PAGE else None,
    }
    return render(request, "accounts/inbox.html", context)


@require_POST
def inbox_read(request: HtmxRequest) -> HttpResponse:
    """All up to the newest that the page showed: what came meanwhile stays unread."""
    read_all(request.user, _number(request.POST.get("newest", "")) or 0)
    return see_other(reverse("inbox"))


def _number(words: str) -> int | None:
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else None


def _refused(request: HtmxRequest, form: ProfileForm, status: int) -> HttpResponse:
    # The page's head shows the fan as the database knows them, not as the refused form does.
    request.user.refresh_from_db()
    return render(request, "accounts/profile_edit.html", {"form": form}, status=status)
