from django.http import Http404, HttpResponse
from django.shortcuts import render

from ballerina_site.http import HtmxRequest
from moderation.cases import Case, find_case
from moderation.casework import is_shown
from moderation.models import Report


def case_or_404(kind: str, pk: int | None) -> Case:
    case = find_case(kind, pk) if pk is not None and pk < 2**63 else None
    if case is None:
        raise Http404
    return case


def gone(request: HtmxRequest, words: str | None) -> HttpResponse:
    """What a moderator was deciding about went meanwhile; what they typed is handed back."""
    return render(request, "moderation/gone.html", {"kept": words}, status=409)


def said(request: HtmxRequest, case: Case, reports: list[Report]) -> dict[str, object]:
    """For the part of a page that tells what the thing says: at once, or when the moderator asks for it."""
    is_asked_for = request.GET.get("reveal") == case.reveal
    if is_asked_for and hasattr(case.thing, "reveal_query"):
        case.thing.reveal_query = f"?reveal={case.reveal}"
    return {
        "is_revealed": is_asked_for or is_shown(case, request.viewer, reports),
        "beside": list(case.kind.beside(case.thing, request.viewer)),
    }


def whole_number(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) <= 18 else None
