from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.ratelimit import spend
from moderation import appealing
from moderation.addressing import decision_at
from moderation.cases import find_case
from moderation.casework import record_of, reports_about
from moderation.deciding import Overtaken
from moderation.forms import AppealForm, JudgeForm
from moderation.models import Appeal
from moderation.permissions import require_moderator
from moderation.views.common import gone, said


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HtmxRequest, signed: str) -> HttpResponse:
    """What was decided about somebody, and their appeal. The signed address is the key: who is suspended cannot sign
    in."""
    decision = decision_at(signed)
    if decision is None or decision.concerns is None:
        raise Http404
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        spend(request, "report")
        try:
            appealing.appeal(decision, form.cleaned_data["words"])
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            return see_other(request.path)
    context = {
        "decision": decision,
        "case": find_case(*decision.about),
        "is_account": decision.kind == "fan",
        # Whoever else was given the link has perhaps not seen what it gives away.
        "is_theirs": decision.concerns_id == request.user.pk,
        "appeal": Appeal.objects.filter(decision=decision).first(),
        "why_not": appealing.why_no_appeal(decision),
        "until": appealing.appeals_until(decision),
        "form": form,
    }
    return render(request, "moderation/appeal.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HtmxRequest, pk: int) -> HttpResponse:
    require_moderator(request.user)
    rows = Appeal.objects.select_related("decision__moderator", "fan", "judge")
    made = rows.filter(pk=pk).first()
    if made is None and request.method == "POST":
        return gone(request, request.POST.get("answer"))
    if made is None:
        raise Http404
    form = JudgeForm(request.POST if request.method == "POST" else None)
    status = 422 if form.errors else 200
    if form.is_valid():
        is_granted = form.cleaned_data["verdict"] == "grant"
        try:
            appealing.judge(request.user, made.pk, is_granted=is_granted, answer=form.cleaned_data["answer"])
        except Appeal.DoesNotExist:
            return gone(request, form.cleaned_data["answer"])
        except ValidationError as problem:
            form.add_error(None, problem.messages[0])
            made, status = rows.get(pk=pk), 409 if isinstance(problem, Overtaken) else 422
        else:
            messages.success(request, "Judged. The fan is told.")
            return see_other(reverse("moderation:queue"))
    case = find_case(*made.decision.about)
    context = {
        **(said(request, case, list(reports_about(case))) if case else {}),
        "appeal": made,
        "case": case,
        "record": record_of(made.fan_id),
        "why_not": appealing.why_no_judge(request.user, made),
        "form": form,
    }
    return render(request, "moderation/judge.html", context, status=status)
