"""Fans propose edits, and editors find them on their desk."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods, require_safe

from ballerina_site.http import HtmxRequest, same_query, see_other
from ballerina_site.kept import kept_fields
from ballerina_site.ratelimit import TooFast, spend, told_to_wait
from lore import suggesting
from lore.desk import desk_of
from lore.diff import compare
from lore.drafting import draft_of, drop_draft, keep_draft, typed_in
from lore.editing import Conflict
from lore.forms.prose import ProseForm, SuggestionForm
from lore.merging import Merged
from lore.models import Draft, Page, Suggestion
from lore.permissions import may_edit_lore, require_editor
from lore.previewing import preview_of, prose_typed
from lore.prose import Prose
from lore.rebasing import onto_current, with_suggestion
from lore.suggesting import declined_suggestion, open_suggestion, version_of
from lore.views.history import number_in
from lore.views.proposals import as_problem, labels, told
from lore.views.workshop import KEPT, ahead, as_let_in, ask_first, by_the_door, find_page, is_let_in, slug_for
from moderation.spam import look_at_sending

GOING_ON = "You go on with your draft."
WAITS = "Your suggestion is with the editors. You hear back by mail, and it stands in your profile."


@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HtmxRequest, slug: str) -> HttpResponse:
    try:
        page = find_page(request, slug)
    except Http404:
        if request.POST.get("lead"):
            return _gone(request)
        raise
    if request.method == "POST":
        return _submit(request, page)
    if may_edit_lore(request.user):
        return redirect(same_query(request, reverse("lore:edit", args=[slug])))
    mine = open_suggestion(request.user, page)
    asked = ask_first(request, page, _scope_of_writing(page, mine or _tried(request, page)), "text")
    return asked or _open(request, page, mine, draft_of(request.user, page))


def _tried(request: HtmxRequest, page: Page) -> Suggestion | None:
    """The declined one that they try again."""
    return declined_suggestion(request.user, page, number_in(request.GET.get("again", "")))


def _scope_of_writing(page: Page, mine: Suggestion | None) -> int:
    base = mine.based_on if mine else None
    return page.scope | page.current.scope | (mine.scope if mine else 0) | (base.scope if base else 0)


def _open(request: HtmxRequest, page: Page, mine: Suggestion | None, draft: Draft | None) -> HttpResponse:
    typed = kept_fields(request, request.path)
    if typed:
        return _form_page(request, page, _unjudged(typed), notice=KEPT)
    if draft and "draft" in request.GET:
        return _form_page(request, page, _unjudged(typed_in(draft)), notice=GOING_ON)
    written = mine or _tried(request, page)
    if written is None:
        form = _form_on(page, Merged(Prose.of(page.current), True, ()), "", None)
        return _form_page(request, page, form, draft=draft)
    merged = onto_current(Prose.of(written), written.based_on, page)
    form = _form_on(page, merged, written.comment, mine)
    if written.based_on_id == page.current_id:
        return _form_page(request, page, form, mine=mine, draft=draft)
    return _form_page(request, page, form, mine=mine, draft=draft, **_merge_shown(page, merged))


def _unjudged(fields: MultiValueDict) -> SuggestionForm:
    return SuggestionForm(fields, is_unsent=True)


def _form_on(page: Page, merged: Merged, comment: str, mine: Suggestion | None) -> SuggestionForm:
    fixed = {"comment": comment, "based_on": page.current_id, "version": version_of(mine)}
    return SuggestionForm(initial=merged.prose.fields | fixed)


def _submit(request: HtmxRequest, page: Page) -> HttpResponse:
    form, act = SuggestionForm(request.POST), _ACTS.get(request.POST.get("action", ""), _send)
    try:
        spend(request, "preview")  # judging a text is as dear as showing it
        return act(request, page, form)
    except TooFast as fault:
        response = _form_page(request, page, _unjudged(request.POST), problem=as_problem(fault), status=429)
        return told_to_wait(response, fault)
    except Conflict as problem:
        return _overtaken(request, page, form, problem)
    except ValidationError as problem:
        form.add_error(None, problem)
        return _form_page(request, page, form, status=422)


def _send(request: HtmxRequest, page: Page, form: SuggestionForm) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, page, form, status=422)
    spend(request, "suggest")
    sent = suggesting.suggest(request.user, page, form.prose, **told(form))
    look_at_sending(request.user, "suggestion", sent.pk, request.POST)
    drop_draft(request.user, page)
    messages.success(request, WAITS, extra_tags=_draft_key(page, form))
    return see_other(sent.get_absolute_url())


def _preview(request: HtmxRequest, page: Page, form: SuggestionForm) -> HttpResponse:
    preview = preview_of(request.viewer, prose_typed(request.POST))
    return _form_page(request, page, _unjudged(request.POST), preview=preview)


def _keep(request: HtmxRequest, page: Page, form: SuggestionForm) -> HttpResponse:
    keep_draft(request.user, page, dict(request.POST.lists()))
    messages.success(request, "The draft is kept. Nobody else sees it.")
    return see_other(as_let_in(request, page, f"{request.path}?draft=1"))


_ACTS = {"preview": _preview, "draft": _keep}


def _overtaken(request: HtmxRequest, page: Page, form: SuggestionForm, problem: Conflict) -> HttpResponse:
    """What was typed, on the page as it stands now: in the same form, to be looked over and sent again."""
    page.refresh_from_db()
    mine = open_suggestion(request.user, page)
    works = ahead(request, page, _scope_of_writing(page, mine))
    if works:
        return _form_page(request, page, form, status=409, problem=problem, works=works)
    data = form.cleaned_data
    merged = onto_current(form.prose, page.revisions.filter(pk=data["based_on"]).first(), page)
    if mine and version_of(mine) != data["version"]:
        merged = with_suggestion(merged, mine, page)
    form = _form_on(page, merged, data["comment"], mine)
    return _form_page(request, page, form, status=409, problem=problem, **_merge_shown(page, merged))


def _form_page(
    request: HtmxRequest, page: Page, form: SuggestionForm, *, status: int = 200, **more: object
) -> HttpResponse:
    """`more`: mine (the suggestion gone on with), draft (kept and on offer), notice, problem, preview; works (what the
    page's new text gives away, where the fan has not been let in to that)."""
    is_open = request.viewer.sees(page) or is_let_in(request, page)
    tried = None if more.get("mine") else _tried(request, page)
    context = {
        "tried": None if tried and ahead(request, page, _scope_of_writing(page, tried)) else tried,
        "page": page,
        "title": page.title if is_open else "",
        "form": form,
        "action": by_the_door(request.path, page) if is_let_in(request, page) or "works" in more else "",
        "draft_key": _draft_key(page, form),
        "draft_url": reverse("lore:draft", args=[slug_for(request.viewer, page)]),
        "draft_href": as_let_in(request, page, f"{request.path}?draft=1"),
        "preview_url": reverse("lore:preview"),
    }
    return render(request, "lore/suggest.html", context | more, status=status)


def _merge_shown(page: Page, merged: Merged) -> dict[str, object]:
    """What the form holds is a merge: shown with what it changes on the page."""
    diff = compare(Prose.of(page.current), merged.prose)
    return {"merged": merged, "conflicts": labels(merged), "diff": diff}


def _draft_key(page: Page, form: ProseForm) -> str:
    """What the browser keeps is kept for one revision: on another it would undo what changed since."""
    return f"suggest-{page.pk}-{form['based_on'].value()}"


def _gone(request: HtmxRequest) -> HttpResponse:
    """The page was taken away meanwhile. Answered alike for an address that never had one."""
    return render(request, "lore/suggest.html", {"form": SuggestionForm(request.POST), "is_gone": True}, status=404)


@require_safe
def desk(request: HtmxRequest) -> HttpResponse:
    require_editor(request.user)
    context = desk_of(request.viewer, request.user, request.GET.get("queue", ""), request.GET.get("page", ""))
    return render(request, "lore/desk.html", context)
