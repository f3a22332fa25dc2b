from collections.abc import Iterable, Mapping

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.kept import kept_fields
from moderation import claiming, deciding, queueing
from moderation.cases import Case
from moderation.casework import figures_of, record_of, reports_about
from moderation.claiming import ClaimedByAnother
from moderation.forms import DecisionForm
from moderation.hooks import kinds
from moderation.models import Decision
from moderation.permissions import require_moderator, why_no_judge_of
from moderation.views.common import case_or_404, gone, said


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HtmxRequest, kind: str, pk: int) -> HttpResponse:
    require_moderator(request.user)
    try:
        case = case_or_404(kind, pk)
    except Http404:
        if request.method == "POST" and kind in kinds:
            return gone(request, request.POST.get("words"))
        raise
    if request.method == "POST":
        return _decided(request, case)
    decisions = _decisions(case)
    form = _fresh_form(request, case, decisions, kept_fields(request, request.path))
    return _case_page(request, case, decisions, form)


@require_POST
def claim(request: HtmxRequest, kind: str, pk: int) -> HttpResponse:
    """`act=leave` lets go; anything else claims, or prolongs."""
    require_moderator(request.user)
    case = case_or_404(kind, pk)
    if request.POST.get("act") == "leave":
        claiming.let_go(request.user, case.key, case.thing.pk)
    else:
        try:
            claiming.claim(request.user, case.key, case.thing.pk)
        except ValidationError as problem:
            messages.warning(request, problem.messages[0])
    return see_other(_address(case))


def _decided(request: HtmxRequest, case: Case) -> HttpResponse:
    decisions = _decisions(case)
    left = deciding.acts_left(case, decisions)
    form = DecisionForm(case, left, request.POST, works=request.viewer.works)
    if form.is_valid():
        try:
            decision = deciding.decide(request.user, case.key, case.thing.pk, **form.cleaned_data)
        except ClaimedByAnother as problem:
            form.ask_about_claim()
            form.add_error("despite_claim", problem.messages[0])
            return _case_page(request, case, decisions, form, status=409)
        except deciding.Overtaken as problem:
            return _overtaken(request, case, form, problem)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, f"{decision.done}: {case.name}. The decision stands in the public log.")
            return redirect("moderation:decide", kind=case.key, pk=case.thing.pk)
    return _case_page(request, case, decisions, form, status=422)


def _overtaken(request: HtmxRequest, case: Case, form: DecisionForm, problem: ValidationError) -> HttpResponse:
    """As things stand now, with what was typed, ready to be decided again."""
    case = case_or_404(case.key, case.thing.pk)
    decisions = _decisions(case)
    fresh = _fresh_form(request, case, decisions, form.data)
    return _case_page(request, case, decisions, fresh, problem.messages, status=409)


def _decisions(case: Case) -> list[Decision]:
    return list(Decision.objects.about(case.key, case.thing.pk).select_related("moderator", "appeal"))


def _fresh_form(
    request: HtmxRequest, case: Case, decisions: list[Decision], typed: Mapping[str, object] | None = None
) -> DecisionForm:
    names = ("act", "reason", "words", "minutes", "until", "for_good")
    fields = {name: (typed or {}).get(name) for name in names}
    fields["scope"] = typed.getlist("scope") if hasattr(typed, "getlist") else []
    initial = {**fields, "seen": decisions[0].pk if decisions else 0}
    return DecisionForm(case, deciding.acts_left(case, decisions), initial=initial, works=request.viewer.works)


def _case_page(
    request: HtmxRequest,
    case: Case,
    decisions: list[Decision],
    form: DecisionForm,
    problems: Iterable[str] = (),
    status: int = 200,
) -> HttpResponse:
    reports = list(reports_about(case))
    for row in [*reports, *decisions]:
        row.works = request.viewer.named(row.scope)
    claims = list(claiming.standing())
    claimed = next((claim for claim in claims if (claim.kind, claim.object_id) == (case.key, case.thing.pk)), None)
    if claimed and claimed.moderator_id != request.user.pk:
        form.ask_about_claim()
    context = {
        "case": case,
        "title": case.title_for(request.viewer),
        "form": form,
        "problems": problems,
        **said(request, case, reports),
        "shield": request.viewer.named(case.scope),
        "reports": reports,
        "decisions": decisions,
        "ruled": deciding.ruled(decisions),
        "following": queueing.next_case(request.user, case, claims),
        "record": record_of(case.author_id),
        "figures": figures_of(case),
        "claim": claimed,
        "why_not": why_no_judge_of(request.user, case),
    }
    return render(request, "moderation/decide.html", context, status=status)


def _address(case: Case) -> str:
    return redirect("moderation:decide", kind=case.key, pk=case.thing.pk).url
