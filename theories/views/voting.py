from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from ballerina_site.http import HtmxRequest, client_site, go, is_htmx, see_other
from ballerina_site.ratelimit import spend
from theories.course import SIDE_BARRED, barred_side
from theories.models import Theory
from theories.permissions import Conflict, why_no_vote
from theories.views.common import find, is_open_to, reveals, too_late
from theories.voting import Standing, cast, stance_of

_VALUES = {"1": 1, "-1": -1, "0": 0}
_SAID = {1: "You believe it.", -1: "You doubt it.", 0: "Your vote is taken back."}


@require_POST
def vote(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    spend(request, "vote")
    value = _VALUES.get(request.POST.get("value", ""))
    if value is None:
        return _refused(request, pk, slug, ValidationError("A vote is 1 (believe), -1 (doubt) or 0 (neither)."), 422)
    try:
        standing = cast(pk, request.user, value, client_site(request))
    except Theory.DoesNotExist as missing:
        raise Http404 from missing
    except Conflict as error:
        return _refused(request, pk, slug, error, 409)
    return _control(request, standing) if is_htmx(request) else see_other(_back(request, pk, slug))


def _control(request: HtmxRequest, standing: Standing) -> HttpResponse:
    theory = standing.theory
    if not is_open_to(request, theory):
        return go(request, theory.shield_href)
    theory.believe_count, theory.doubt_count = standing.counts.believe, standing.counts.doubt
    theory.held_count = standing.counts.held
    return render(
        request,
        "components/vote.html",
        vote_control(request, theory, standing.stance, _SAID[standing.stance]),
    )


def _refused(request: HtmxRequest, pk: int, slug: str, error: ValidationError, status: int) -> HttpResponse:
    theory = find(request, pk)
    if not is_htmx(request):
        response = too_late(request, error, _back(request, pk, slug))
    elif not is_open_to(request, theory):
        return go(request, theory.shield_href)
    else:
        context = vote_control(request, theory, stance_of(request.user.pk, theory), " ".join(error.messages))
        response = render(request, "components/vote.html", context)
    response.status_code = status
    return response


def _back(request: HtmxRequest, pk: int, slug: str) -> str:
    """By the slug that was asked for: the right one might give something away."""
    reveal = f"?reveal=theory-{pk}" if reveals(request, pk) else ""
    return f"{reverse('theories:theory', args=[pk, slug])}{reveal}#vote"


def vote_control(request: HtmxRequest, theory: Theory, stance: int, message: str = "") -> dict[str, object]:
    """What components/vote.html shows to whoever looks."""
    control: dict[str, object] = {
        "believe": theory.believe_count,
        "doubt": theory.doubt_count,
        "held": theory.held_count,
        "message": message,
        "note": f"{_SAID[stance]} {_note(request, theory)}" if stance else _note(request, theory),
    }
    if not theory.takes_votes or theory.author_id == request.user.pk:
        return control
    if not request.user.is_authenticated:
        return control | {"sign_in_href": f"{reverse('account_login')}?next={theory.get_absolute_url()}"}
    reveal = f"?reveal=theory-{theory.pk}" if reveals(request, theory.pk) else ""
    action = reverse("theories:vote", args=[theory.pk, theory.slug]) + reveal
    barred = barred_side(request.user.pk, theory)
    if barred:
        control["note"] = f"{SIDE_BARRED} {control['note']}"
    return control | {"action": action, "stance": stance, "barred": barred}


def _note(request: HtmxRequest, theory: Theory) -> str:
    why = why_no_vote(theory)
    if why:
        return why
    if theory.author_id == request.user.pk:
        return "Nobody votes on their own theory."
    if theory.closes_at:
        return "You can change or take back your vote until the theory closes."
    return "You can change or take back your vote."
