"""What the views share: fetching inside the permissions, the shield's page, the page for who comes late."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.names import ARCHIVE
from ballerina_site.http import HtmxRequest
from lore.spoilers import Shield
from theories.models import Theory
from theories.permissions import may_act_as_archive


def find(request: HtmxRequest, pk: int) -> Theory:
    """What this viewer may ask for by its address; else 404. It may still be shielded."""
    rows = Theory.objects.reachable_by(request.viewer)
    if may_act_as_archive(request.user):
        rows = rows | Theory.objects.filter(author__username=ARCHIVE)
    return get_object_or_404(rows.select_related("author", "due_work", "picture"), pk=pk)


def shielded(request: HtmxRequest, theory: Theory) -> HttpResponse:
    shield: Shield = request.viewer.shield(theory)
    return render(request, "theories/shielded.html", {"shield": shield, "sign_in_next": shield.href})


def too_late(request: HtmxRequest, error: ValidationError, back: str, *, typed: str = "") -> HttpResponse:
    """A lost race: what happened, what was typed, the way on."""
    context = {"why": " ".join(error.messages), "back": back, "typed": typed}
    return render(request, "theories/too_late.html", context, status=409)
