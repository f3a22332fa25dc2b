from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from ballerina_site.http import HtmxRequest, go, is_htmx, see_other
from ballerina_site.kept import kept_fields
from ballerina_site.ratelimit import TooFast, spend, told_to_wait
from theories import forecasting
from theories.course import UNSURE, barred_side, side_of
from theories.forecasting import SAY_HOW_SURE
from theories.models import BELIEVE, LEAST, MOST, Theory
from theories.outlook import NOTHING, outlook
from theories.permissions import Conflict, may_forecast, why_no_forecast
from theories.views.common import find, is_open_to, reveals, too_late

QUICK = (5, 25, 50, 75, 95)
"""Chances offered for one tap."""


@require_POST
def forecast(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    try:
        spend(request, "forecast")
        said = _act(request, pk)
    except TooFast as fault:
        return told_to_wait(_refused(request, pk, slug, str(fault), 429), fault)
    except Theory.DoesNotExist as missing:
        raise Http404 from missing
    except Conflict as error:
        return _refused(request, pk, slug, " ".join(error.messages), 409)
    except ValidationError as error:
        return _refused(request, pk, slug, " ".join(error.messages), 422)
    if not is_htmx(request):
        return see_other(_back(request, pk, slug))
    return _control(request, find(request, pk), said=said)


def _act(request: HtmxRequest, pk: int) -> str:
    """Does what was asked for, and says so."""
    if request.POST.get("action") == "withdraw":
        forecasting.take_back(pk, request.user)
        return "Your forecast is taken back."
    typed = request.POST.get("probability", "").strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= len(str(MOST))):
        raise ValidationError(SAY_HOW_SURE)
    forecasting.make(pk, request.user, int(typed))
    return "Noted."


def _control(request: HtmxRequest, theory: Theory, *, said: str = "", error: str = "") -> HttpResponse:
    if not is_open_to(request, theory):
        return go(request, theory.shield_href)
    typed = request.POST.get("probability", "") if error else ""
    control = forecast_control(request, theory, typed=typed, said=said, error=error)
    return render(request, "theories/_forecast.html", {"theory": theory, "forecast": control})


def _refused(request: HtmxRequest, pk: int, slug: str, why: str, status: int) -> HttpResponse:
    theory, back = find(request, pk), _back(request, pk, slug)
    if is_htmx(request):
        response = _control(request, theory, error=why)
    elif status == 409:
        response = too_late(request, ValidationError(why), back, typed=request.POST.get("probability", ""))
    else:
        response = _form_page(request, pk, slug, why)
    response.status_code = status
    return response


def _form_page(request: HtmxRequest, pk: int, slug: str, why: str) -> HttpResponse:
    """By itself, without the theory: that might be shielded from whoever revealed it just once."""
    action = reverse("theories:forecast", args=[pk, slug]) + _carried(request, pk)
    form = {"action": action, "typed": request.POST.get("probability", ""), "error": why, "quick": QUICK}
    context = {"forecast": form | _BOUNDS, "back": _back(request, pk, slug)}
    return render(request, "theories/forecast.html", context)


def _back(request: HtmxRequest, pk: int, slug: str) -> str:
    """By the slug that was asked for: the right one might give something away."""
    return f"{reverse('theories:theory', args=[pk, slug])}{_carried(request, pk)}#forecast"


def _carried(request: HtmxRequest, pk: int, *, asks: bool = False) -> str:
    """What the page was asked for with, and its controls keep."""
    query = {"reveal": f"theory-{pk}"} if reveals(request, pk) else {}
    if asks or asks_for_crowd(request):
        query["crowd"] = "1"
    return f"?{urlencode(query)}" if query else ""


_BOUNDS = {"least": LEAST, "most": MOST}


def asks_for_crowd(request: HtmxRequest) -> bool:
    return request.GET.get("crowd") == "1"


def forecast_control(
    request: HtmxRequest,
    theory: Theory,
    *,
    has_forecast: bool = True,
    typed: str = "",
    said: str = "",
    error: str = "",
) -> dict[str, object]:
    """What theories/_forecast.html shows to whoever looks. `has_forecast`: they may have, once; if not, nothing is
    asked of the database."""
    address = theory.get_absolute_url()
    asks = asks_for_crowd(request)
    is_asked = asks or has_forecast or theory.is_resolved
    view = outlook(theory, request.user.pk, asks=asks) if is_asked and not theory.is_draft else NOTHING
    control = _BOUNDS | {
        "view": view,
        "said": said,
        "error": error,
        "note": why_no_forecast(theory),
        "crowd_href": "" if view.shows_crowd else f"{address}{_carried(request, theory.pk, asks=True)}#forecast",
    }
    if not request.user.is_authenticated and theory.takes_votes:
        return control | {"sign_in_href": f"{reverse('account_login')}?next={address}%23forecast"}
    if not may_forecast(request.user, theory):
        return control
    action = reverse("theories:forecast", args=[theory.pk, theory.slug])
    kept = kept_fields(request, action) or {}
    offered = view.current.probability if view.current else ""
    return control | {
        "action": action + _carried(request, theory.pk),
        "typed": typed or kept.get("probability", "") or offered,
        **_offered(barred_side(request.user.pk, theory)),
    }


def _offered(barred: int) -> dict[str, object]:
    """Chances that this fan may give. `barred`: the side that they do not take, since they have seconded it."""
    if not barred:
        return {"quick": QUICK}
    bound, words = ("most", "more") if barred == BELIEVE else ("least", "less")
    return {
        bound: UNSURE,
        "quick": [chance for chance in QUICK if side_of(chance) != barred],
        "barred": f"You have seconded this outcome: as long as it is proposed, you say no {words} than {UNSURE} %.",
    }
