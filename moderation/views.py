from collections.abc import Iterable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ballerina_site.http import HtmxRequest, safe_next
from ballerina_site.kept import kept_fields
from ballerina_site.ratelimit import spend
from moderation import deciding, reporting
from moderation.cases import Case, find_case
from moderation.forms import DecisionForm, ReportForm
from moderation.hooks import queues
from moderation.models import Decision, Report
from moderation.permissions import require_moderator

PAGE_LENGTH = 25


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HtmxRequest) -> HttpResponse:
    case = _case_or_404(request.GET.get("kind", ""), _whole_number(request.GET.get("id", "")))
    if not case.is_public:
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _reported(request, case, form):
        return redirect(_report_address(request, case, sent="1"))
    back = safe_next(request, case.address)
    named = case.named_for(request.viewer)
    context = {"case": case, "named": named, "form": form, "back": back, "is_sent": "sent" in request.GET}
    return render(request, "moderation/report.html", context, status=422 if form.errors else 200)


def _reported(request: HtmxRequest, case: Case, form: ReportForm) -> bool:
    spend(request, "report")
    reporter = request.user if request.user.is_authenticated else None
    try:
        reporting.report(case.key, case.thing.pk, reporter, **form.cleaned_data)
    except ValidationError as problem:
        form.add_error(None, problem)
    return not form.errors


def _report_address(request: HtmxRequest, case: Case, **more: str) -> str:
    query = {"kind": case.key, "id": case.thing.pk, "next": safe_next(request, case.address), **more}
    return reverse("moderation:report", query=query)


@require_safe
def queue(request: HtmxRequest) -> HttpResponse:
    require_moderator(request.user)
    found = [waiting(request.viewer) for waiting in queues]
    return render(request, "moderation/queue.html", {"queues": found})


@login_not_required
@require_safe
def log(request: HtmxRequest) -> HttpResponse:
    before = _whole_number(request.GET.get("before", ""))
    decisions = Decision.objects.filter(pk__lt=before) if before is not None else Decision.objects.all()
    page = list(decisions[: PAGE_LENGTH + 1])
    context = {
        "entries": _named(page[:PAGE_LENGTH]),
        "newer_href": "" if before is None else reverse("moderation:log"),
        "older_href": f"?before={page[PAGE_LENGTH - 1].pk}" if len(page) > PAGE_LENGTH else "",
    }
    return render(request, "moderation/log.html", context)


def _named(decisions: list[Decision]) -> list[dict[str, object]]:
    """Each decision with the case it was about, where readers can still go there."""
    cases = {about: find_case(*about) for about in {decision.about for decision in decisions}}
    return [{"decision": decision, "case": cases[decision.about]} for decision in decisions]


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HtmxRequest, kind: str, pk: int) -> HttpResponse:
    require_moderator(request.user)
    case = _case_or_404(kind, pk)
    if request.method == "POST":
        return _decided(request, case)
    return _case_page(request, case, _fresh_form(case, kept_fields(request, request.path)))


def _decided(request: HtmxRequest, case: Case) -> HttpResponse:
    form = DecisionForm(case, request.POST)
    if form.is_valid():
        try:
            decision = deciding.decide(request.user, case.key, case.thing.pk, **form.cleaned_data)
        except deciding.Overtaken as problem:
            return _overtaken(request, case, form, problem)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, f"{decision.done}: {case.name}. The decision stands in the public log.")
            return redirect("moderation:decide", kind=case.key, pk=case.thing.pk)
    return _case_page(request, case, form, status=422)


def _overtaken(request: HtmxRequest, case: Case, form: DecisionForm, problem: ValidationError) -> HttpResponse:
    """As things stand now, with what was typed, ready to be decided again."""
    case = _case_or_404(case.key, case.thing.pk)
    return _case_page(request, case, _fresh_form(case, form.cleaned_data), problem.messages, status=409)


def _fresh_form(case: Case, typed: Mapping[str, object] | None = None) -> DecisionForm:
    fields = {name: (typed or {}).get(name) for name in ("act", "reason", "words", "minutes")}
    latest = deciding.latest_decision(case.key, case.thing.pk)
    return DecisionForm(case, initial={**fields, "seen": latest.pk if latest else 0})


def _case_page(
    request: HtmxRequest, case: Case, form: DecisionForm, problems: Iterable[str] = (), status: int = 200
) -> HttpResponse:
    about = case.key, case.thing.pk
    context = {
        "case": case,
        "title": case.title_for(request.viewer),
        "form": form,
        "problems": problems,
        "is_revealed": request.GET.get("reveal") == case.reveal,
        "reports": Report.objects.about(*about).select_related("reporter"),
        "decisions": Decision.objects.about(*about).select_related("moderator"),
    }
    return render(request, "moderation/decide.html", context, status=status)


def _case_or_404(kind: str, pk: int | None) -> Case:
    case = find_case(kind, pk) if pk is not None else None
    if case is None:
        raise Http404
    return case


def _whole_number(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) <= 18 else None
