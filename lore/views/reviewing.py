"""A fan's suggestion, as its author and editors see it, and what editors decide about it."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.ratelimit import TooFast, spend, told_to_wait
from lore import suggesting
from lore.diff import compare
from lore.editing import Conflict
from lore.forms.prose import ReviewForm
from lore.merging import Merged
from lore.models import Page, Suggestion
from lore.permissions import may_edit_lore, require_editor
from lore.previewing import Preview, preview_of, prose_typed
from lore.rebasing import onto_current, standing
from lore.suggesting import version_of
from lore.views.proposals import as_problem, labels, told
from lore.views.workshop import DOOR, ahead, as_let_in, ask_first, href_for, is_let_in, slug_for


@require_http_methods(["GET", "HEAD", "POST"])
def suggestion(request: HtmxRequest, pk: int) -> HttpResponse:
    found = _find_suggestion(request, pk)
    if request.method == "POST":
        return _decided(request, found)
    return _ask_about(request, found) or _case_page(request, found)


def _find_suggestion(request: HtmxRequest, pk: int) -> Suggestion:
    rows = Suggestion.objects.select_related("page__current", "based_on", "author", "reviewer", "revision")
    found = rows.filter(pk=pk).first()
    if found is None or not (found.author_id == request.user.pk or may_edit_lore(request.user)):
        raise Http404
    return found


def _ask_about(request: HtmxRequest, found: Suggestion) -> HttpResponse | None:
    scope = _scope_of_case(request, found)
    return ask_first(request, found.page, scope, "suggestion") if not request.viewer.inside(scope) else None


def _scope_of_case(request: HtmxRequest, found: Suggestion) -> int:
    """What the case shows. Authors know what they wrote; an editor also sees the page as it stands now."""
    base = found.based_on.scope if found.based_on else 0
    if may_edit_lore(request.user):
        return base | found.scope | found.page.scope | (found.page.current.scope if found.is_open else 0)
    return base & ~found.scope


def _decided(request: HtmxRequest, found: Suggestion) -> HttpResponse:
    form = ReviewForm(request.POST)
    act = _ACTS.get(request.POST.get("action", ""))
    try:
        if act is None:
            raise ValidationError("Choose what to do with it.")
        spend(request, "edit")
        return act(request, found, form)
    except TooFast as fault:
        form = ReviewForm(request.POST, is_unsent=True)
        return told_to_wait(_case_page(request, found, form, problem=as_problem(fault), status=429), fault)
    except Conflict as problem:
        return _case_overtaken(request, found, form, problem)
    except ValidationError as problem:
        if hasattr(problem, "error_dict"):
            form.add_error(None, problem)
            return _case_page(request, found, form, status=422)
        return _case_page(request, found, form, problem=problem, status=422)


def _approve(request: HtmxRequest, found: Suggestion, form: ReviewForm) -> HttpResponse:
    require_editor(request.user)
    if not form.is_valid():
        return _case_page(request, found, form, status=422)
    revision = suggesting.approve(found, request.user, form.prose, **told(form))
    messages.success(request, f"Approved: it stands on the page as revision {revision.number}.")
    return _done(request, found)


def _decline(request: HtmxRequest, found: Suggestion, form: ReviewForm) -> HttpResponse:
    reason = form.fields["reason"].to_python(form["reason"].value() or "")
    suggesting.decline(found, request.user, reason, version=form["version"].value() or "")
    messages.success(request, "Declined. The fan is told why.")
    return _done(request, found)


def _preview(request: HtmxRequest, found: Suggestion, form: ReviewForm) -> HttpResponse:
    require_editor(request.user)
    preview = preview_of(request.viewer, prose_typed(request.POST))
    return _case_page(request, found, ReviewForm(request.POST, is_unsent=True), preview=preview)


def _withdraw(request: HtmxRequest, found: Suggestion, form: ReviewForm) -> HttpResponse:
    suggesting.withdraw(found, request.user)
    messages.success(request, "Your suggestion is withdrawn.")
    return _done(request, found)


def _done(request: HtmxRequest, found: Suggestion) -> HttpResponse:
    """Back to it, still behind the curtain for whoever was."""
    return see_other(as_let_in(request, found.page, found.get_absolute_url()))


_ACTS = {"approve": _approve, "decline": _decline, "preview": _preview, "withdraw": _withdraw}


def _case_overtaken(request: HtmxRequest, found: Suggestion, form: ReviewForm, problem: Conflict) -> HttpResponse:
    """The case as it stands now, with what the editor had typed: on the page's new text, where that moved on."""
    held = _find_suggestion(request, found.pk)
    if not form.is_valid() or not held.is_open or ahead(request, held.page, _scope_of_case(request, held)):
        return _case_page(request, held, form, problem=problem, status=409)
    base = held.page.revisions.filter(pk=form.cleaned_data["based_on"]).first()
    merged = onto_current(form.prose, base, held.page)
    fresh = _review_form(held, merged, form.cleaned_data["comment"], form.cleaned_data["reason"])
    return _case_page(request, held, fresh, problem=problem, merged=merged, status=409)


def _review_form(found: Suggestion, merged: Merged, comment: str, reason: str = "") -> ReviewForm:
    fixed = {"based_on": found.page.current_id, "version": version_of(found), "comment": comment, "reason": reason}
    return ReviewForm(initial=merged.prose.fields | fixed)


def _case_page(
    request: HtmxRequest,
    found: Suggestion,
    form: ReviewForm | None = None,
    *,
    problem: ValidationError | None = None,
    merged: Merged | None = None,
    preview: Preview | None = None,
    status: int = 200,
) -> HttpResponse:
    stands, may_review = standing(found), may_edit_lore(request.user)
    is_late = status == HTTPStatus.CONFLICT
    door, is_open = f"{DOOR}-{found.page_id}", is_let_in(request, found.page)
    works = ahead(request, found.page, _scope_of_case(request, found))
    context = {
        "suggestion": found,
        "title": _title_of(request, found),
        **_ways(request, found.page),
        "is_own": found.author_id == request.user.pk,
        "may_review": may_review,
        "stands": stands,
        "conflicts": labels(merged or stands.merged),
        "diff_typed": compare(stands.merged.prose, merged.prose) if merged else [],
        "side": request.GET.get("side") == "1",
        "works": works,
        "action": f"?reveal={door}" if works or is_open else "",
        "door": door,
        "reveal": door if is_open else "",
        "problem": problem,
        "is_late": is_late,
        "preview": preview,
        "preview_url": reverse("lore:preview"),
    }
    if may_review and (found.is_open or is_late):
        context["form"] = form or _review_form(found, stands.merged, found.comment)
    return render(request, "lore/suggestion.html", context, status=status)


def _title_of(request: HtmxRequest, found: Suggestion) -> str:
    """The page's; to its author at least the one that they wrote."""
    if request.viewer.sees(found.page) or is_let_in(request, found.page):
        return found.page.title
    return found.title if found.author_id == request.user.pk else ""


def _ways(request: HtmxRequest, page: Page) -> dict[str, str]:
    """To the page, by a slug only where that gives nothing away; nowhere while it is not read."""
    slug = slug_for(request.viewer, page)
    href = href_for(request.viewer, page) if page.is_published else ""
    return {"page_slug": slug, "page_href": href, "edit_href": reverse("lore:edit", args=[slug])}
