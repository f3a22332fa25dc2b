from collections.abc import Iterable
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ballerina_site.http import HtmxRequest, safe_next, see_other
from moderation.appealing import open_appeals
from moderation.forms import BulkForm
from moderation.hooks import kinds, queues
from moderation.models import ReportReason
from moderation.permissions import require_moderator
from moderation.queueing import ADVERTISING, Filters, close_absent, counts, hide_as_spam, open_cases
from moderation.views.common import whole_number


@require_safe
def queue(request: HtmxRequest) -> HttpResponse:
    require_moderator(request.user)
    return _page(request, request.get_full_path())


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HtmxRequest) -> HttpResponse:
    """Hides all chosen things as spam; those that cannot be are named, with the reason, and stay chosen. Whoever comes
    back to the address of a page that said so goes on to the queue."""
    require_moderator(request.user)
    if request.method != "POST":
        return redirect("moderation:queue")
    here = safe_next(request, reverse("moderation:queue"))
    form = BulkForm(request.POST)
    if not form.is_valid():
        return _page(request, here, [problem for faults in form.errors.values() for problem in faults], 422)
    cases = form.cleaned_data["cases"]
    closed = close_absent(cases)
    there = [about for about in cases if about not in closed]
    done, refusals = hide_as_spam(request.user, there, form.cleaned_data["words"])
    if done:
        messages.success(request, f"Hidden as spam: {done}. The decisions stand in the public log.")
    if closed:
        messages.success(request, f"Closed, since it is not there any more: {len(closed)}.")
    return _page(request, here, refusals, 409) if refusals else see_other(here)


def _page(request: HtmxRequest, here: str, problems: Iterable[str] = (), status: int = 200) -> HttpResponse:
    """`here`: the address of the queue as it is filtered, to which its forms lead back."""
    asked = QueryDict(urlsplit(here).query)
    filters, page = Filters.of(asked), whole_number(asked.get("page", "")) or 1
    cases, has_more = open_cases(request.viewer, filters, min(page, 10_000))
    waiting = counts()
    context = {
        "cases": cases,
        "here": here,
        "sign_in_next": here,
        "filters": filters,
        "page": page,
        "newer_href": _address(filters, page - 1) if page > 1 else "",
        "older_href": _address(filters, page + 1) if has_more else "",
        "reasons": [(reason.value, reason.label, waiting.get(reason.value, 0)) for reason in ReportReason],
        "kinds": [(key, kind.noun) for key, kind in kinds.items() if kind.is_reportable],
        "open_reports": sum(waiting.values()),
        "appeals": open_appeals(),
        "queues": [find(request.viewer) for find in queues],
        "problems": problems,
        "chosen": request.POST.getlist("cases"),
        "words": request.POST.get("words", ADVERTISING),
    }
    return render(request, "moderation/queue.html", context, status=status)


def _address(filters: Filters, page: int) -> str:
    query = {"reason": filters.reason, "kind": filters.kind, "order": filters.order, "page": page}
    return reverse("moderation:queue", query={name: value for name, value in query.items() if value})
