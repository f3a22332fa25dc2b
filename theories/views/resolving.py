from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ballerina_site.http import HtmxRequest, page_of, see_other
from ballerina_site.kept import keep_fields, kept_fields
from ballerina_site.ratelimit import TooFast, spend, told_to_wait
from lore.leading import Leads
from lore.spoilers import folded
from moderation.permissions import may_moderate, require_moderator
from theories import resolving
from theories.course import Course, course_of
from theories.forms.resolving import FORMS, TurnForm
from theories.models import State, Theory, Turn
from theories.permissions import Conflict
from theories.reading import clarifications_of, criteria_of, with_annexes
from theories.resolution import Part, Told, next_step, parts, proposals, readable_appeal, standing
from theories.resolving_permissions import barred_outcomes
from theories.views.common import find, reveals, shielded, too_late

_JUDGING = (Turn.DECIDE, Turn.REJECT, Turn.UNDO, Turn.UPHOLD, Turn.OVERTURN)
_CHOOSING = (Turn.DECIDE, Turn.OVERTURN)
_SELDOM = (Turn.REJECT, Turn.RETRACT, Turn.UNDO)
"""Folded, where something else can be done."""
_ON_PROPOSAL = (Turn.SECOND, Turn.OBJECT, Turn.RETRACT)
_VERBS: dict[Turn, Callable[..., object]] = {
    Turn.PROPOSE: resolving.propose,
    Turn.SECOND: resolving.second,
    Turn.OBJECT: resolving.object_to,
    Turn.RETRACT: resolving.retract,
    Turn.DECIDE: resolving.decide,
    Turn.REJECT: resolving.reject,
    Turn.UNDO: resolving.undo,
    Turn.APPEAL: resolving.appeal,
    Turn.UPHOLD: resolving.uphold,
    Turn.OVERTURN: resolving.overturn,
}
_DONE = {
    Turn.PROPOSE: "Your proposal stands. Two fans have to second it.",
    Turn.SECOND: "You have seconded it.",
    Turn.OBJECT: "Your objection stands. A moderator decides.",
    Turn.RETRACT: "Your proposal is taken back.",
    Turn.DECIDE: "It is resolved. The decision stands in the public log.",
    Turn.REJECT: "The proposal is set aside. The decision stands in the public log.",
    Turn.UNDO: "The resolution is undone. The decision stands in the public log.",
    Turn.APPEAL: "Your appeal stands. Another moderator decides on it.",
    Turn.UPHOLD: "The outcome is upheld. The decision stands in the public log.",
    Turn.OVERTURN: "The outcome is changed. The decision stands in the public log.",
}
_BUTTONS = {
    Turn.PROPOSE: "Propose it",
    Turn.SECOND: "Second it",
    Turn.OBJECT: "Object",
    Turn.RETRACT: "Take it back",
    Turn.DECIDE: "Decide",
    Turn.REJECT: "Set it aside",
    Turn.UNDO: "Undo it",
    Turn.APPEAL: "Appeal",
    Turn.UPHOLD: "Uphold it",
    Turn.OVERTURN: "Change it",
}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def resolve(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    theory = find(request, pk, lambda rows, fan_id: with_annexes(rows, request.viewer))
    if request.method == "POST":
        return _post(request, theory, slug)
    if not request.viewer.sees(theory):
        return shielded(request, theory)
    return render(request, "theories/resolve.html", _page(request, theory))


def _post(request: HtmxRequest, theory: Theory, slug: str) -> HttpResponse:
    if not request.user.is_authenticated:
        keep_fields(request)
        return redirect_to_login(page_of(request))
    asked = request.POST.get("turn", "")
    if asked not in FORMS:
        return _form_page(request, theory, slug, None, None)
    turn = Turn(asked)
    if turn in _JUDGING:
        require_moderator(request.user)
    form = FORMS[turn](request.POST, auto_id=f"{turn}_%s")
    try:
        spend(request, "resolve")
        return _take(request, theory, slug, turn, form)
    except TooFast as fault:
        form.add_error(None, str(fault))
        return told_to_wait(_form_page(request, theory, slug, turn, form, status=429), fault)
    except Theory.DoesNotExist as missing:
        raise Http404 from missing
    except Conflict as error:
        return too_late(request, error, _back(request, theory, slug), typed=form.typed)


def _take(request: HtmxRequest, theory: Theory, slug: str, turn: Turn, form: TurnForm) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, theory, slug, turn, form)
    try:
        _VERBS[turn](theory.pk, request.user, **form.given)
    except Conflict:
        raise
    except ValidationError as error:
        form.add_error(None, error)
        return _form_page(request, theory, slug, turn, form)
    messages.success(request, _DONE[turn])
    return see_other(_address(request, theory, slug))


def _form_page(
    request: HtmxRequest, theory: Theory, slug: str, turn: Turn | None, form: TurnForm | None, *, status: int = 422
) -> HttpResponse:
    """By itself, without the theory: that might be shielded from whoever revealed it just once."""
    context = {
        "form": form,
        "turn": turn,
        "button": _BUTTONS[turn] if turn else "",
        "action": _address(request, theory, slug),
        "back": _back(request, theory, slug),
    }
    return render(request, "theories/resolve_form.html", context, status=status)


def _page(request: HtmxRequest, theory: Theory) -> dict[str, Any]:
    viewer, course = request.viewer, course_of(theory)
    told = proposals(viewer, theory)
    shown = standing(told)
    possible = parts(request.user, course)
    judges = may_moderate(request.user)
    leads = Leads(viewer)
    return {
        "theory": theory,
        "criteria": criteria_of(viewer, theory, leads),
        "clarifications": clarifications_of(viewer, theory, leads),
        "action": _address(request, theory, theory.slug),
        "told": list(folded(told)),
        "head": told[0] if told and theory.state not in (State.OPEN, State.DRAFT) else None,
        "appeal": readable_appeal(viewer, theory, course.appeal),
        "parts": [part for part in possible if judges or part.turn not in _JUDGING],
        "acts": _acts(request, course, possible, shown),
        "next_step": next_step(possible, course, judges=judges),
        "sign_in_href": "" if request.user.is_authenticated else f"{reverse('account_login')}?next={request.path}",
        "sign_in_next": request.path,
    }


def _acts(
    request: HtmxRequest, course: Course, possible: list[Part], shown: Told | None
) -> list[tuple[Part, TurnForm, str, bool]]:
    """The forms for what this viewer may do, each with its button and whether it stands open. Nobody says anything
    about a proposal that they may not read."""
    turns = [part for part in possible if not part.why_not and (shown or part.turn not in _ON_PROPOSAL)]
    typed = kept_fields(request, request.path) if turns else None
    seen = course.theory.turns.order_by("-id").values_list("pk", flat=True).first() or 0 if turns else 0
    acts = [
        (
            part,
            _form(course, part.turn, shown, seen, typed),
            _BUTTONS[part.turn],
            part.turn not in _SELDOM or len(turns) == 1,
        )
        for part in turns
    ]
    if any(part.turn in _CHOOSING for part in turns):
        barred = barred_outcomes(request.user, course)
        for part, form, *_ in acts:
            if part.turn in _CHOOSING:
                form.bar(barred)
    return acts


def _form(course: Course, turn: Turn, shown: Told | None, seen: int, typed: QueryDict | None) -> TurnForm:
    theory = course.theory
    awaited = theory.due_work.mask if theory.due_work else 0
    initial = {
        "seen": seen,
        "happened_on": theory.happened_on or timezone.now().date(),
        "scope": theory.scope if theory.is_resolved else theory.scope | awaited,
        "to": "open",
    }
    if shown:
        initial["proposal_id"] = shown.proposal.pk
    if shown and turn == Turn.DECIDE:
        named = ("outcome", "happened_on")
        initial |= {name: getattr(shown.proposal, name) for name in named}
        initial["scope"] = theory.scope | shown.proposal.scope
    data = typed if typed and typed.get("turn") == turn else None
    return FORMS[turn](data, initial=initial, auto_id=f"{turn}_%s")


def _address(request: HtmxRequest, theory: Theory, slug: str) -> str:
    """By the slug that was asked for: the right one might give something away."""
    return reverse("theories:resolve", args=[theory.pk, slug]) + _carried(request, theory)


def _back(request: HtmxRequest, theory: Theory, slug: str) -> str:
    return f"{reverse('theories:theory', args=[theory.pk, slug])}{_carried(request, theory)}#resolution"


def _carried(request: HtmxRequest, theory: Theory) -> str:
    return f"?reveal=theory-{theory.pk}" if reveals(request, theory.pk) else ""
