"""What is done with a theory once it is posted: clarified, marked as a duplicate."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ballerina_site.complaints import complain
from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.kept import kept_fields
from ballerina_site.ratelimit import spend
from theories import duplicating
from theories.clarifying import clarify as add_clarification
from theories.forms import ClarificationForm, DuplicateForm
from theories.models import Theory
from theories.permissions import Conflict, require_clarification, require_mark
from theories.similar import similar
from theories.views.common import find, shielded, too_late


@require_http_methods(["GET", "HEAD", "POST"])
def clarify(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    theory = find(request, pk)
    try:
        require_clarification(request.user, theory)
        if not request.viewer.sees(theory):
            return shielded(request, theory)
        return _clarify(request, theory)
    except Conflict as error:
        return too_late(request, error, theory.shield_href, typed=request.POST.get("text", ""))


def _clarify(request: HtmxRequest, theory: Theory) -> HttpResponse:
    if request.method != "POST":
        form = ClarificationForm(kept_fields(request, request.path))
        return _clarify_page(request, theory, form)
    spend(request, "comment")
    form = ClarificationForm(request.POST)
    if not form.is_valid():
        return _clarify_page(request, theory, form, 422)
    try:
        add_clarification(request.user, theory, form.cleaned_data["text"])
    except Conflict:
        raise
    except ValidationError as error:
        complain(form, error)
        return _clarify_page(request, theory, form, 422)
    messages.success(request, "Your clarification stands beside the claim.", extra_tags=_draft_key(theory))
    return see_other(f"{theory.get_absolute_url()}#clarifications")


def _clarify_page(request: HtmxRequest, theory: Theory, form: ClarificationForm, status: int = 200) -> HttpResponse:
    context = {"theory": theory, "form": form, "draft_key": _draft_key(theory)}
    return render(request, "theories/clarify.html", context, status=status)


def _draft_key(theory: Theory) -> str:
    return f"clarification-{theory.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
def duplicate(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    theory = find(request, pk)
    try:
        require_mark(request.user, theory)
        if not request.viewer.sees(theory):
            return shielded(request, theory)
        return _unmark(request, theory) if theory.duplicate_of_id else _mark(request, theory)
    except Conflict as error:
        return too_late(request, error, theory.shield_href)


def _mark(request: HtmxRequest, theory: Theory) -> HttpResponse:
    if request.method != "POST":
        return _duplicate_page(request, theory, DuplicateForm(viewer=request.viewer))
    form = DuplicateForm(request.POST, viewer=request.viewer)
    if not form.is_valid():
        return _duplicate_page(request, theory, form, 422)
    try:
        duplicating.mark(request.user, theory, form.cleaned_data["original"], form.cleaned_data["words"])
    except Conflict:
        raise
    except ValidationError as error:
        complain(form, error)
        return _duplicate_page(request, theory, form, 422)
    messages.success(request, "It is marked as a duplicate, and points on.")
    return see_other(theory.get_absolute_url())


def _unmark(request: HtmxRequest, theory: Theory) -> HttpResponse:
    if request.method != "POST":
        return render(request, "theories/duplicate.html", {"theory": theory})
    duplicating.unmark(request.user, theory, request.POST.get("words", "")[:500])
    messages.success(request, "It stands for itself again.")
    return see_other(theory.get_absolute_url())


def _duplicate_page(request: HtmxRequest, theory: Theory, form: DuplicateForm, status: int = 200) -> HttpResponse:
    context = {"theory": theory, "form": form, "similar": similar(request.viewer, theory.claim, but=theory.pk)}
    return render(request, "theories/duplicate.html", context, status=status)
