"""Pages that are made of more than one app: front page, search, profile. And what machines ask for."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from ballerina_site.ratelimit import spend
from lore.contributions import contributions, unfinished
from lore.finding import search_lore
from lore.models import Page, Revision
from lore.permissions import may_edit_lore
from lore.search import LONGEST_QUERY
from lore.spoilers import Viewer, screened
from lore.timeline import strip
from theories.finding import search_theories
from theories.models import Theory
from theories.records import record_of

HOT_ON_FRONT_PAGE = 5
LIST_ON_FRONT_PAGE = 5
ON_PROFILE = 20


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    theories = Theory.objects.in_lists()
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
    fan = get_object_or_404(User.objects.named(username), is_active=True)
    context = {
        "fan": fan,
        "record": record_of(request.viewer, fan),
        "theories": _theories_of(request.viewer, fan),
        "edited": _edited_by(request.viewer, fan),
        "unfinished": unfinished(request.viewer, fan) if fan == request.user else [],
        "contributions": contributions(
            request.viewer, fan, is_insider=fan == request.user or may_edit_lore(request.user)
        ),
    }
    return render(request, "site/profile.html", context)


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
    closed = ["/accounts/", "/admin/", "/settings/", "/report/", "/moderation/", "/search/", "/*?reveal="]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Pages name the drawing themselves; this is for those who ask without having read one."""
    return redirect(static("img/mark.svg"))
