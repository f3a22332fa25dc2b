"""What is done with a theory once it is posted: clarified, marked as a duplicate."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ballerina_site.complaints import complain
from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.kept import kept_fields
from ballerina_site.ratelimit import spend
from theories import clarifying, duplicating
from theories.forms import ClarificationForm, DuplicateForm, UnmarkForm
from theories.models import Theory
from theories.permissions import Conflict, marks_as_moderator, require_clarification, require_mark
from theories.similar import similar
from theories.views.common import find, shielded, too_late


@require_http_methods(["GET", "HEAD", "POST"])
def clarify(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    return _let(request, pk, require_clarification, _clarify, typed="text")


@require_http_methods(["GET", "HEAD", "POST"])
def duplicate(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    return _let(request, pk, require_mark, _duplicate, typed="words")


def _let(
    request: HtmxRequest,
    pk: int,
    require: Callable[[Any, Theory], None],
    act: Callable[[HtmxRequest, Theory], HttpResponse],
    *,
    typed: str,
) -> HttpResponse:
    """`act` on a theory that is there and shown, if that is (still) allowed. `typed`: the field to give back if not."""
    theory = find(request, pk)
    try:
        require(request.user, theory)
        return act(request, theory) if request.viewer.sees(theory) else shielded(request, theory)
    except Conflict as error:
        return too_late(request, error, theory.shield_href, typed=request.POST.get(typed, ""))


def _went_through(form: Form, verb: Callable[..., object]) -> bool:
    """Whether it did, with what was typed; if not, the form says why."""
    if not form.is_valid():
        return False
    try:
        verb(**form.cleaned_data)
    except Conflict:
        raise
    except ValidationError as error:
        complain(form, error)
        return False
    return True


def _clarify(request: HtmxRequest, theory: Theory) -> HttpResponse:
    if request.method != "POST":
        return _clarify_page(request, theory, ClarificationForm(kept_fields(request, request.path)))
    spend(request, "comment")
    form = ClarificationForm(request.POST)
    if not _went_through(form, partial(clarifying.clarify, request.user, theory)):
        return _clarify_page(request, theory, form, 422)
    messages.success(request, "Your clarification stands beside the claim.", extra_tags=_draft_key(theory))
    return see_other(f"{theory.get_absolute_url()}#clarifications")


def _clarify_page(request: HtmxRequest, theory: Theory, form: ClarificationForm, status: int = 200) -> HttpResponse:
    context = {"theory": theory, "form": form, "draft_key": _draft_key(theory)}
    return render(request, "theories/clarify.html", context, status=status)


def _draft_key(theory: Theory) -> str:
    return f"clarification-{theory.pk}"


def _duplicate(request: HtmxRequest, theory: Theory) -> HttpResponse:
    """Marks it as one, or lets it stand for itself again."""
    is_decision = marks_as_moderator(request.user, theory)
    data = request.POST if request.method == "POST" else None
    if theory.duplicate_of_id:
        form, verb, done = UnmarkForm(data, is_decision=is_decision), duplicating.unmark, "It stands for itself again."
    else:
        alike = similar(request.viewer, theory.claim, but=theory.pk)
        form = DuplicateForm(data, viewer=request.viewer, alike=alike, is_decision=is_decision)
        verb, done = duplicating.mark, "It is marked as a duplicate, and points on."
    if not _went_through(form, partial(verb, request.user, theory)):
        return _duplicate_page(request, theory, form, is_decision=is_decision)
    messages.success(request, f"{done} The decision stands in the public log." if is_decision else done)
    return see_other(theory.get_absolute_url())


def _duplicate_page(request: HtmxRequest, theory: Theory, form: UnmarkForm, *, is_decision: bool) -> HttpResponse:
    context = {"theory": theory, "form": form, "is_decision": is_decision}
    return render(request, "theories/duplicate.html", context, status=422 if form.is_bound else 200)
