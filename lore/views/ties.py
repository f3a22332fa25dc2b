"""The map of ties for everybody, and the page on which editors keep a page's ties."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.kept import kept_fields
from ballerina_site.ratelimit import TooFast, spend, told_to_wait
from lore.editing import Conflict
from lore.forms.ties import NewTieForm, RemoveTieForm
from lore.models import Page, Tie
from lore.neighbouring import ties_of
from lore.permissions import require_editor
from lore.spoilers import whole_scope
from lore.ties import Filters, TieMap, tie_map
from lore.tying import add_tie, remove_tie
from lore.views.overviews import KINDS
from lore.views.workshop import DOOR, ask_first, find_page

ZOOMS = (1, 2, 3)

type Chip = tuple[str, str, bool]


@login_not_required
@require_safe
def ties(request: HtmxRequest) -> HttpResponse:
    asked = request.GET
    filters = Filters(asked.get("kind", ""), asked.get("relation", ""), asked.get("page", ""))
    found = tie_map(request.viewer, filters)
    zoom = {str(zoom): zoom for zoom in ZOOMS}.get(asked.get("zoom", ""), ZOOMS[0])
    context = {
        "map": found,
        "zoom": zoom,
        "kinds": _chips(found, "kind", [(kind, KINDS[kind]) for kind in found.kinds]),
        "relations": _chips(found, "relation", [(kind, kind.label) for kind in found.relations]),
        "zooms": [(value, _query(found, zoom=value), value == zoom) for value in ZOOMS],
        "rest": _query(found, page=""),
    }
    if found.lines:
        context |= {"width": found.size[0] * zoom, "height": found.size[1] * zoom}
    return render(request, "lore/ties.html", context)


def _chips(found: TieMap, name: str, choices: list[tuple[str, str]]) -> list[Chip]:
    """(word, query, is chosen), “All” first."""
    chosen = getattr(found.filters, name)
    return [(word, _query(found, **{name: value}), value == chosen) for value, word in [("", "All"), *choices]]


def _query(found: TieMap, **changes: str | int) -> str:
    """The address with the filters as they are, but for `changes`."""
    wanted = vars(found.filters) | changes
    query = urlencode({name: value for name, value in wanted.items() if value and value != 1})
    return f"{reverse('lore:ties')}?{query}" if query else reverse("lore:ties")


# What editors do


@require_http_methods(["GET", "HEAD", "POST"])
def edit_ties(request: HtmxRequest, slug: str) -> HttpResponse:
    require_editor(request.user)
    page = find_page(request, slug)
    own = ties_of(page)
    scope = 0
    for tie in own:
        scope |= whole_scope(tie)
    if asked := ask_first(request, page, scope, "list of ties"):
        return asked
    own = _seen(request, page, own)
    if request.method != "POST":
        return _desk(request, page, own, _new_form(request, page, kept_fields(request, request.path)))
    return _find(request, page, own) if "find" in request.POST else _keep(request, page, own)


def _find(request: HtmxRequest, page: Page, own: list[Tie]) -> HttpResponse:
    """The claims that the words lead to, beside everything typed."""
    new = NewTieForm(page=page, viewer=request.viewer, finding=request.POST)
    try:
        spend(request, "search")
    except TooFast as fault:
        late = _desk(request, page, own, new, status=HTTPStatus.TOO_MANY_REQUESTS, problem=str(fault))
        return told_to_wait(late, fault)
    return _desk(request, page, own, new)


def _seen(request: HtmxRequest, page: Page, own: list[Tie]) -> list[Tie]:
    """A form may come from somebody who was never inside."""
    return own if request.viewer.reveals(DOOR, page.pk) else [tie for tie in own if request.viewer.sees(tie)]


def _new_form(request: HtmxRequest, page: Page, typed: QueryDict | None) -> NewTieForm:
    return NewTieForm(typed, page=page, viewer=request.viewer)


def _keep(request: HtmxRequest, page: Page, own: list[Tie]) -> HttpResponse:
    is_removing = "remove" in request.POST
    new = _new_form(request, page, None if is_removing else request.POST)
    going = RemoveTieForm(request.POST, ties=own, place="sent") if is_removing else None
    form = going or new
    try:
        spend(request, "edit")
        if form.is_valid():
            return _done(request, _remove(request, going) if going else _add(request, new))
    except TooFast as fault:
        late = _desk(request, page, own, new, going, status=HTTPStatus.TOO_MANY_REQUESTS, problem=str(fault))
        return told_to_wait(late, fault)
    except Conflict as fault:
        own = _seen(request, page, ties_of(page))
        return _desk(request, page, own, new, going, status=HTTPStatus.CONFLICT, problem=fault.message)
    except ValidationError as fault:
        form.take(fault)
    is_gone = going is not None and going.has_error("remove", "gone")
    status = HTTPStatus.CONFLICT if is_gone else HTTPStatus.UNPROCESSABLE_ENTITY
    return _desk(request, page, own, new, going, status=status)


def _add(request: HtmxRequest, form: NewTieForm) -> str:
    data = form.cleaned_data
    source, target = form.ends
    about = {"claim": data["claim"], "scope": data["scope"], "reason": data["reason"]}
    tie = add_tie(source, data["kind"], target, editor=request.user, **about)
    return f"Tied: {tie}."


def _remove(request: HtmxRequest, form: RemoveTieForm) -> str:
    tie = form.cleaned_data["remove"]
    remove_tie(tie, editor=request.user, reason=form.cleaned_data["reason"])
    return f"No longer tied: {tie}."


def _done(request: HtmxRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return see_other(request.get_full_path())


def _desk(
    request: HtmxRequest,
    page: Page,
    own: list[Tie],
    new: NewTieForm,
    going: RemoveTieForm | None = None,
    *,
    status: int = HTTPStatus.OK,
    problem: str = "",
) -> HttpResponse:
    sent = request.POST.get("remove")
    forms = [
        (tie, going if going and sent == str(tie.pk) else RemoveTieForm(ties=own, place=str(tie.pk))) for tie in own
    ]
    context = {"page": page, "ties": forms, "form": new, "problem": problem, "action": request.get_full_path()}
    # What was to be removed may not be in the list any more: then the complaint stands above it.
    context["lost"] = going if going and all(form is not going for _, form in forms) else None
    return render(request, "lore/ties_edit.html", context, status=status)
