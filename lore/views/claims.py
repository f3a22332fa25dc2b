"""One claim, the forms in which editors write it, and the rumours."""

from urllib.parse import parse_qs, urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ballerina_site.http import HtmxRequest, answer, is_htmx
from ballerina_site.kept import kept_fields
from lore.claiming import add_claim, gives_away, revise
from lore.forms.claims import EditClaimForm, NewClaimForm
from lore.ledger import fates_of_rumours, open_rumours, read_claim
from lore.models import Claim, Page
from lore.models.claims import STALE_AFTER
from lore.permissions import may_edit_lore, require_editor
from lore.spoilers import reveal_from
from lore.views.claim_bench import FORM, find, form_page, keep, line
from lore.views.workshop import DOOR, ask_first, find_page


@login_not_required
@require_safe
def claim(request: HtmxRequest, key: str) -> HttpResponse:
    """On a page's list of claims htmx asks for the part that is read in place."""
    found = find(request, key)
    if not request.viewer.sees(found):
        shield = request.viewer.shield(found)
        template = "lore/claim.html#shield" if is_htmx(request) else "lore/shielded.html"
        return render(request, template, {"shield": shield, "sign_in_next": reverse("lore:claim", args=[found.key])})
    context = {
        "claim": found,
        "reading": read_claim(request.viewer, found),
        "may_edit": may_edit_lore(request.user),
    }
    return answer(request, "lore/claim.html", context, partial="trail")


@login_not_required
@require_safe
def rumours(request: HtmxRequest) -> HttpResponse:
    context = {
        "rumours": open_rumours(request.viewer),
        "fates": fates_of_rumours(request.viewer),
        "stale_days": STALE_AFTER.days,
    }
    return render(request, "lore/rumours.html", context)


# What editors do


@require_http_methods(["GET", "HEAD", "POST"])
def new_claim(request: HtmxRequest, slug: str) -> HttpResponse:
    """With `supersedes=<key>`, the one that takes that claim's place."""
    require_editor(request.user)
    page = find_page(request, slug)
    key = request.POST.get("supersedes") or request.GET.get("supersedes", "")
    old = find(request, key) if key else None
    if asked := _ask(request, page, old):
        return asked
    if request.method == "POST":
        form = NewClaimForm(request.POST, viewer=request.viewer, old=old)
        return keep(request, form, lambda: _add(request, form, page, old), page=page, old=old)
    if "line" in request.GET and is_htmx(request):
        return line(request, old)
    form = NewClaimForm(kept_fields(request, request.path), viewer=request.viewer, old=old)
    return form_page(request, form, page=page, old=old)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_claim(request: HtmxRequest, key: str) -> HttpResponse:
    require_editor(request.user)
    found = find(request, key)
    if asked := _ask(request, found.page, found):
        return asked
    page = found.page
    if request.method == "POST":
        form = EditClaimForm(request.POST, viewer=request.viewer, claim=found)
        return keep(request, form, lambda: _revise(request, form, found), page=page, claim=found)
    if "line" in request.GET and is_htmx(request):
        return line(request, found)
    form = EditClaimForm(kept_fields(request, request.path), viewer=request.viewer, claim=found)
    return form_page(request, form, page=page, claim=found)


def _ask(request: HtmxRequest, page: Page, claim: Claim | None) -> HttpResponse | None:
    """What to answer instead of a form that would give something away."""
    scope = gives_away(claim) | claim.page.scope if claim else 0
    what = "claim" if claim else "page"
    door = None if _stands_behind_the_door(request, page) else ask_first(request, page, scope, what)
    if door is not None and is_htmx(request):
        return render(request, f"{FORM}#door", {"address": request.get_full_path()})
    return door


def _stands_behind_the_door(request: HtmxRequest, page: Page) -> bool:
    """The form is opened inside an editor into which its user was let by a reveal."""
    try:
        query = parse_qs(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    except ValueError:  # no address at all
        return False
    return is_htmx(request) and reveal_from(query.get("reveal", [""])[0]) == (DOOR, str(page.pk))


def _add(request: HtmxRequest, form: NewClaimForm, page: Page, old: Claim | None) -> Claim:
    return add_claim(
        form.claim_for(page),
        sources=form.named_sources,
        also_on=form.cleaned_data["also_on"],
        editor=request.user,
        reason=form.cleaned_data["reason"],
        supersedes=old,
    )


def _revise(request: HtmxRequest, form: EditClaimForm, claim: Claim) -> Claim:
    data = form.cleaned_data
    return revise(claim, editor=request.user, reason=data["reason"], based_on=data["based_on"], **form.changes)
