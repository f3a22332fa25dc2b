"""What the views of suggestions share."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect

from ballerina_site.http import HtmxRequest
from ballerina_site.ratelimit import TooFast
from lore.diff import LABELS
from lore.forms.prose import SuggestionForm
from lore.merging import Merged
from lore.models import Page
from lore.spoilers import ScopedWork, reveal_from
from lore.views.workshop import DOOR


def is_let_in(request: HtmxRequest, page: Page) -> bool:
    """Behind the door, also while sending a form: its address still says so."""
    return reveal_from(request.GET.get("reveal", "")) == (DOOR, str(page.pk))


def ahead(request: HtmxRequest, page: Page, scope: int) -> tuple[ScopedWork, ...]:
    """The works from which a text would give something away that this viewer has not asked to see."""
    viewer = request.viewer
    return () if is_let_in(request, page) else viewer.named(viewer.missing(scope))


def as_problem(fault: TooFast) -> ValidationError:
    return ValidationError(str(fault))


def too_fast(response: HttpResponse, fault: TooFast) -> HttpResponse:
    response.headers["Retry-After"] = str(fault.seconds)
    return response


def see_other(address: str) -> HttpResponse:
    response = redirect(address)
    response.status_code = 303
    return response


def told(form: SuggestionForm) -> dict[str, object]:
    return {name: form.cleaned_data[name] for name in ("comment", "based_on", "version")}


def labels(merged: Merged) -> list[str]:
    return [label for name, label in LABELS.items() if name in merged.conflicts]
