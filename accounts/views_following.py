from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.following import FAN, followed_by, set_follow, unfollow
from accounts.models import User
from ballerina_site.http import HtmxRequest, is_htmx, see_other
from ballerina_site.ratelimit import spend


@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HtmxRequest) -> HttpResponse:
    """What one follows. Letting go works for what is there no more, too."""
    if request.method != "POST":
        return _list(request)
    pk = request.POST.get("id", "")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return _list(request, "Choose what to let go of.", status=422)
    unfollow(request.user, request.POST.get("kind", ""), int(pk))
    return see_other(reverse("accounts:following"))


@require_POST
def follow_fan(request: HtmxRequest, username: str) -> HttpResponse:
    fan = get_object_or_404(User.objects.named(username).present())
    return answer_follow(request, FAN, fan.pk, back=fan.get_absolute_url())


def answer_follow(request: HtmxRequest, kind: str, object_id: int, *, back: str) -> HttpResponse:
    """What each app's own button asks for, once it has found the thing. `back` is the page it stands on; the button
    posts to the address asked for."""
    spend(request, "follow")
    control: dict[str, object] = {"action": request.get_full_path()}
    try:
        control["is_followed"] = set_follow(request.user, kind, object_id, request.POST.get("follow", ""))
    except ValidationError as error:
        control["error"] = " ".join(error.messages)
        if not is_htmx(request):
            return render(request, "accounts/not_followed.html", control | {"back": back}, status=422)
    except PermissionDenied as refusal:
        if not is_htmx(request):
            raise
        control["error"] = str(refusal)
    if not is_htmx(request):
        return see_other(back)
    return render(request, "components/follow.html", control, status=422 if "error" in control else 200)


def _list(request: HtmxRequest, error: str = "", status: int = 200) -> HttpResponse:
    context = {"followed": followed_by(request.viewer, request.user), "error": error}
    return render(request, "accounts/following.html", context, status=status)
