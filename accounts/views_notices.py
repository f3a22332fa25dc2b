"""The inbox, how one wants to hear of things, and the way out of mail."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.choosing import choose, wishes_of
from accounts.digesting import address_of
from accounts.forms_notices import NoticesForm
from accounts.inbox import page_of_inbox, read_all, turn
from accounts.telling_kinds import CHOSEN
from accounts.unread import in_inbox
from accounts.unsubscribing import read_token
from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.ratelimit import spend


@require_safe
def inbox(request: HtmxRequest) -> HttpResponse:
    before = _number(request.GET.get("before", ""))
    entries, further = page_of_inbox(request.viewer, request.user, before)
    newest = entries[0].newest.pk if entries else 0
    context = {"entries": entries, "newest": newest, "before": before, "further": further}
    return render(request, "accounts/inbox.html", context)


@require_POST
def inbox_read(request: HtmxRequest) -> HttpResponse:
    """All up to the newest that the page showed: what came meanwhile stays unread."""
    read_all(request.user, _number(request.POST.get("newest", "")) or 0)
    return see_other(reverse("inbox"))


@require_POST
def inbox_turn(request: HtmxRequest, pk: int) -> HttpResponse:
    """One line of the inbox, marked as read (which opening it does as well, by `inbox.js`) or as unread."""
    notice = get_object_or_404(in_inbox(request.user.notices), pk=pk)
    place = turn(request.user, notice, is_read=request.POST.get("act") != "unread")
    before = _number(request.POST.get("before", ""))
    return see_other(reverse("inbox", query={"before": before} if before else None, fragment=f"notice-{place}"))


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HtmxRequest) -> HttpResponse:
    """How one wants to hear of each kind of thing."""
    if request.method != "POST":
        return _choices(request, NoticesForm(chosen=wishes_of(request.user)))
    form = NoticesForm(_sent(request.POST))
    if not form.is_valid():
        return _choices(request, form, 422)
    spend(request, "profile")
    choose(request.user, form.wishes)
    return see_other(f"{reverse('accounts:notices')}?saved=1")


@csrf_exempt  # RFC 8058: sent by a mail program, which has neither cookie nor form; the token is the proof.
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_stop(request: HtmxRequest, stop: str) -> HttpResponse:
    """Looking changes nothing: mail programs look at links by themselves."""
    found = read_token(stop)
    if found is None:
        raise Http404
    if request.method == "POST":
        found.carry_out()
    return render(request, "accounts/mail_stop.html", {"stop": found, "is_done": request.method == "POST"})


def _sent(data: QueryDict) -> QueryDict:
    """With one button for all mail, that in the place of each choice; the inbox as it is ticked."""
    sent = data.copy()
    if "all" in data:
        sent.update({f"mail_{name}": data["all"] for name in CHOSEN})
    return sent


def _choices(request: HtmxRequest, form: NoticesForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "address": address_of(request.user), "is_saved": "saved" in request.GET}
    return render(request, "accounts/notices.html", context, status=status)


def _number(words: str) -> int | None:
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else None
