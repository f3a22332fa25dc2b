"""The form in which a claim is written, as it is shown, sent and answered: on a page of its own, or inside the list
item of the editor that htmx opened it in."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import reswap, retarget

from ballerina_site.complaints import complain
from ballerina_site.http import HtmxRequest, answer, is_htmx, see_other
from ballerina_site.ratelimit import TooFast, spend, told_to_wait
from lore.editing import Conflict
from lore.forms.claims import EditClaimForm, NewClaimForm
from lore.models import Claim, Page
from lore.permissions import may_edit_lore
from lore.reading import claim_line
from lore.views.workshop import href_for

FORM = "lore/claim_form.html"


def find(request: HtmxRequest, key: str) -> Claim:
    """Editors also find the claims of pages that are not read."""
    claims = Claim.objects.select_related("page__current", "superseded_by__page").prefetch_related("sources")
    if not may_edit_lore(request.user):
        claims = claims.published().filter(page__current__isnull=False)
    found = claims.filter(key=key.replace("\0", "")).first()
    if found is None:
        raise Http404
    return found


def form_page(
    request: HtmxRequest, form: NewClaimForm | EditClaimForm, *, status: int = 200, **about: Page | Claim | None
) -> HttpResponse:
    claim = about.get("claim") or about.get("old")
    context = about | {
        "form": form,
        "line": claim_line(request.viewer, claim) if claim else None,
        "action": request.get_full_path(),
        "is_inside": is_htmx(request),
    }
    return answer(request, FORM, context, partial="form", status=status)


def keep(
    request: HtmxRequest,
    form: NewClaimForm | EditClaimForm,
    act: Callable[[], Claim],
    **about: Page | Claim | None,
) -> HttpResponse:
    """Does it, or shows the form again with everything that was typed."""
    try:
        spend(request, "edit")
        if not form.is_valid():
            return form_page(request, form, status=422, **about)
        return _done(request, act())
    except TooFast as fault:
        form.add_error(None, str(fault))
        return told_to_wait(form_page(request, form, status=429, **about), fault)
    except Conflict as fault:
        return form_page(request, form, status=409, **_after_conflict(request, form, fault, about))
    except ValidationError as fault:
        complain(form, fault)
        return form_page(request, form, status=422, **about)


def _after_conflict(
    request: HtmxRequest, form: NewClaimForm | EditClaimForm, fault: Conflict, about: dict[str, Page | Claim | None]
) -> dict[str, Page | Claim | None]:
    """What the form stands on now, so that its writer can look and save again."""
    form.add_error(None, fault)
    if isinstance(form, EditClaimForm):
        fresh = find(request, about["claim"].key)
        form.rebase(fresh)
        return about | {"claim": fresh, "page": fresh.page}
    newer = about["old"] and find(request, about["old"].key).superseded_by
    if newer is None or not request.viewer.sees(newer):
        return about
    form.add_error(None, f"Save again, and yours takes the place of {newer.key}.")
    return about | {"old": newer}


def _done(request: HtmxRequest, claim: Claim) -> HttpResponse:
    """The claim's line takes the place of the list item that the form stood in; without htmx, back to its page."""
    if is_htmx(request):
        return reswap(retarget(line(request, find(request, claim.key)), "closest li"), "outerHTML")
    messages.success(request, f"Claim {claim.key} is saved.")
    return see_other(_place_of(request, claim))


def line(request: HtmxRequest, claim: Claim | None) -> HttpResponse:
    """The claim as the editor lists it; nothing where there is none yet."""
    if claim is None:
        return render(request, f"{FORM}#line")
    viewer = request.viewer
    entry = claim_line(viewer, claim, claim.page) if viewer.sees(claim) else viewer.shield(claim)
    return render(request, f"{FORM}#line", {"line": entry})


def _place_of(request: HtmxRequest, claim: Claim) -> str:
    """On its page, if that is read, by an address that tells this viewer nothing new."""
    page = claim.page
    if not page.is_published or page.current_id is None:
        return reverse("lore:claim", args=[claim.key])
    return f"{href_for(request.viewer, page)}#{claim.shield_anchor}"
