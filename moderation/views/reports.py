from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ballerina_site.http import HtmxRequest, safe_next
from ballerina_site.ratelimit import spend
from moderation import reporting
from moderation.cases import Case
from moderation.forms import ReportForm
from moderation.views.common import case_or_404, whole_number


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HtmxRequest) -> HttpResponse:
    case = case_or_404(request.GET.get("kind", ""), whole_number(request.GET.get("id", "")))
    if not case.is_public or not case.kind.is_reportable:
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None, works=request.viewer.works)
    if form.is_valid() and _reported(request, case, form):
        return redirect(_report_address(request, case, sent="1"))
    back = safe_next(request, case.address)
    named = case.named_for(request.viewer)
    context = {"case": case, "named": named, "form": form, "back": back, "is_sent": "sent" in request.GET}
    if request.user.is_authenticated and not form.is_bound:
        context["earlier"] = reporting.reported_by(case.key, case.thing.pk, request.user)
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
