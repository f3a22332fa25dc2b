"""What the views share: fetching inside the permissions, the shield's page, the page for who comes late."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.muting import Refused
from accounts.names import ARCHIVE
from ballerina_site.http import HtmxRequest
from lore.spoilers import Shield, reveal_from
from theories.models import Theory
from theories.permissions import may_act_as_archive, require_author


def find(request: HtmxRequest, pk: int, more: Callable[[QuerySet, int | None], QuerySet] | None = None) -> Theory:
    """What this viewer may ask for by its address; else 404. It may still be shielded. `more`: what else to fetch with
    it, given who asks."""
    rows = Theory.objects.reachable_by(request.viewer)
    if may_act_as_archive(request.user):
        rows = rows | Theory.objects.filter(author__username=ARCHIVE)
    if more:
        rows = more(rows, request.user.pk)
    return get_object_or_404(rows.select_related("author", "due_work", "picture", "duplicate_of", "succeeds"), pk=pk)


def theory_of(request: HtmxRequest) -> Theory | None:
    """`?of=`: the theory that is being changed, by whoever may; None for one to come."""
    asked = request.GET.get("of", "")
    if not asked:
        return None
    theory = find(request, int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0)
    require_author(request.user, theory)
    return theory


def shielded(request: HtmxRequest, theory: Theory) -> HttpResponse:
    shield: Shield = request.viewer.shield(theory)
    return render(request, "theories/shielded.html", {"shield": shield, "sign_in_next": shield.href})


def is_open_to(request: HtmxRequest, theory: Theory) -> bool:
    """For a control: one that stood on a revealed page carries the reveal in its address."""
    return request.viewer.sees(theory) or reveals(request, theory.pk)


def reveals(request: HtmxRequest, pk: int) -> bool:
    return reveal_from(request.GET.get("reveal", "")) == ("theory", str(pk))


def too_late(
    request: HtmxRequest, error: ValidationError | Refused, back: str, *, typed: str = "", status: int = 409
) -> HttpResponse:
    """A lost race, or a door that is closed: what happened, what was typed, the way on."""
    context = {"why": " ".join(getattr(error, "messages", None) or [str(error)]), "back": back, "typed": typed}
    context["is_refused"] = isinstance(error, Refused)
    return render(request, "theories/too_late.html", context, status=status)
