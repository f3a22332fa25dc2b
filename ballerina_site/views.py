"""Pages that are made of more than one app: front page, search, profile. And what machines ask for."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.following import FAN, noting_follow
from accounts.models import User
from accounts.renaming import fan_once_called
from ballerina_site.http import same_query
from ballerina_site.ratelimit import spend
from lore.contributions import contributions, unfinished
from lore.finding import search_lore
from lore.models import Page, Revision
from lore.permissions import may_edit_lore
from lore.search import LONGEST_QUERY
from lore.spoilers import Viewer, screened
from lore.timeline import strip
from moderation.permissions import may_moderate
from theories.finding import search_theories
from theories.models import Theory
from theories.records import record_of
from theories.said import said_by

HOT_ON_FRONT_PAGE = 5
LIST_ON_FRONT_PAGE = 5
ON_PROFILE = 20


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    theories = Theory.objects.in_lists().wanted_by(viewer)
    context = {
        "hot": screened(viewer, theories.for_cards(viewer).order_by("-hot", "-id")[:HOT_ON_FRONT_PAGE]),
        "closing": theories.closing_soon().visible_to(viewer)[:LIST_ON_FRONT_PAGE],
        "changed": Page.objects.lore().visible_to(viewer).order_by("-changed_at", "id")[:LIST_ON_FRONT_PAGE],
        "stops": strip(viewer),
        "chips": [(work, viewer.inside(work.mask)) for work in viewer.works],
    }
    return render(request, "site/home.html", context)


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    if query:
        spend(request, "search")
    context = {
        "query": query,
        "lore": search_lore(request.viewer, query),
        "theories": search_theories(request.viewer, query),
    }
    return render(request, "site/search.html", context)


@login_not_required
@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    fans = User.objects.named(username).filter(is_active=True, erased_at=None)
    fan = noting_follow(fans, FAN, request.user.pk).first()
    if fan is None:
        return _closed(request, username) or _renamed(request, username)
    tells = fan == request.user or not fan.hides_activity
    shows_comments = tells and request.GET.get("show") == "comments"
    context = {"fan": fan, "tells": tells, "shows_comments": shows_comments}
    more = _comments_of(request, fan) if shows_comments else _overview_of(request, fan, tells=tells)
    return render(request, "site/profile.html", context | more)


def _closed(request: HttpRequest, username: str) -> HttpResponse | None:
    """Moderators come from the address of somebody who is suspended to the case; to others there is nobody."""
    fan = User.objects.named(username).filter(is_active=False, erased_at=None).first()
    return redirect("moderation:decide", kind="fan", pk=fan.pk) if fan and may_moderate(request.user) else None


def _renamed(request: HttpRequest, username: str) -> HttpResponse:
    """A name that somebody has given up leads to them while it is kept for them, and not for good."""
    fan = fan_once_called(username)
    if fan is None:
        raise Http404
    return redirect(same_query(request, fan.get_absolute_url()))


def _overview_of(request: HttpRequest, fan: User, *, tells: bool) -> dict[str, Any]:
    viewer, is_own = request.viewer, fan == request.user
    is_insider = is_own or may_edit_lore(request.user)
    return {
        "record": record_of(viewer, fan),
        "theories": _theories_of(viewer, fan),
        "edited": _edited_by(viewer, fan) if tells else [],
        "unfinished": unfinished(viewer, fan) if is_own else [],
        "contributions": contributions(viewer, fan, is_insider=is_insider) if tells else [],
    }


def _comments_of(request: HttpRequest, fan: User) -> dict[str, Any]:
    before = request.GET.get("before", "")
    is_number = before.isascii() and before.isdecimal() and len(before) < 19
    comments, further = said_by(request.viewer, fan, int(before) if is_number else None)
    return {"comments": comments, "further": further, "is_further": is_number}


def _theories_of(viewer: Viewer, fan: User) -> list[Theory]:
    theories = Theory.objects.in_lists().visible_to(viewer).filter(author=fan).for_cards(viewer)
    return list(theories.order_by("-opened_at", "-id")[:ON_PROFILE])


def _edited_by(viewer: Viewer, fan: User) -> list[Page]:
    pages = Page.objects.lore().visible_to(viewer)
    edited = Revision.objects.filter(editor=fan).values("page_id")
    return list(pages.filter(pk__in=edited).order_by("title")[:ON_PROFILE])


# For machines


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """A database that is away answers 503 (see `errors.server_error`). A table is asked for: in the place of a
    file that is gone, SQLite makes an empty one."""
    Page.objects.exists()
    return JsonResponse({"status": "ok", "time": timezone.now().isoformat()})


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    rooms = "accounts admin settings inbox mail report appeals moderation search".split()
    lines = ["User-agent: *", *(f"Disallow: /{room}/" for room in rooms), "Disallow: /*?reveal="]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Pages name the drawing themselves; this is for those who ask without having read one."""
    return redirect(static("img/mark.svg"))
