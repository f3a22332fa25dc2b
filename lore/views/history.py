"""A page's past: its revisions, two of them compared, one brought back, or freed of personal data."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from ballerina_site.http import HtmxRequest, see_other
from ballerina_site.kept import kept_fields
from ballerina_site.ratelimit import TooFast, spend, told_to_wait
from lore import editing
from lore.diff import LABELS
from lore.diff import compare as compare_prose
from lore.editing import Conflict
from lore.forms.prose import RedactForm, RestoreForm
from lore.history import history_of, old_text, pair_of, scope_since, scope_told
from lore.models import Page, Revision
from lore.permissions import may_edit_lore, require_editor
from lore.prose import Prose
from lore.redacting import Swept, copies_of
from lore.spoilers import listed
from lore.views.workshop import DOOR, as_let_in, ask_first, find_page, is_let_in

BESIDE = "side"
VIEWS = {BESIDE: "Side by side", "inline": "One below the other"}


@login_not_required
@require_safe
def history(request: HtmxRequest, slug: str) -> HttpResponse:
    page = _find(request, slug)
    past = history_of(page, number_in(request.GET.get("before", "")))
    oldest = past.revisions[-1].number if past.revisions else page.current.number
    if asked := _ask(request, page, oldest, past.scope, "history"):
        return asked
    may_edit = may_edit_lore(request.user)
    context = {
        "page": page,
        "past": past,
        "entries": past.entries(request.viewer, page),
        "is_newest": "before" not in request.GET,
        "may_edit": may_edit,
        "scheduled": getattr(page, "scheduled", None) if may_edit else None,
    }
    return render(request, "lore/history.html", context)


@login_not_required
@require_safe
def revision(request: HtmxRequest, slug: str, number: int) -> HttpResponse:
    page, found = _find_revision(request, slug, number)
    is_current = found.pk == page.current_id
    text = old_text(request.viewer, found, is_current=is_current)
    if asked := _ask(request, page, number, text.scope, "revision"):
        return asked
    context = {
        "page": page,
        "revision": found,
        "text": text,
        "is_current": is_current,
        "source": [(name, label, Prose.of(found).fields[name]) for name, label in LABELS.items()],
        "may_edit": may_edit_lore(request.user),
    }
    return render(request, "lore/revision.html", context)


@login_not_required
@require_safe
def compare(request: HtmxRequest, slug: str) -> HttpResponse:
    page = _find(request, slug)
    pair = pair_of(page, number_in(request.GET.get("from", "")), number_in(request.GET.get("to", "")))
    if asked := _ask(request, page, (pair.old or pair.new).number, pair.scope, "comparison"):
        return asked
    view = request.GET.get("view", "")
    view = view if view in VIEWS else BESIDE
    context = {
        "page": page,
        "pair": pair,
        "diff": compare_prose(*pair.proses),
        "view": view,
        "views": VIEWS.items(),
        "is_beside": view == BESIDE,
        "may_edit": may_edit_lore(request.user),
    }
    return render(request, "lore/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: HtmxRequest, slug: str, number: int) -> HttpResponse:
    require_editor(request.user)
    page, old = _find_revision(request, slug, number)
    if asked := ask_first(request, page, _scope_of_restoring(page, old), "comparison"):
        return asked
    if request.method != "POST":
        form = RestoreForm(kept_fields(request, request.path), initial={"based_on": page.current_id})
        return _restore_page(request, page, old, form)
    form = RestoreForm(request.POST)
    if form.is_valid() and old.pk == page.current_id:
        form.add_error(None, "This is the page’s text already.")
    if not form.is_valid():
        return _restore_page(request, page, old, form, status=422)
    try:
        spend(request, "edit")
        made = editing.restore_revision(page, old, editor=request.user, **form.cleaned_data)
    except Conflict as problem:
        return _overtaken(request, page, old, form, problem)
    except (TooFast, ValidationError) as problem:
        return _told(problem, form, lambda status: _restore_page(request, page, old, form, status=status))
    messages.success(request, f"Revision {old.number} is back, as revision {made.number}.")
    return see_other(page.get_absolute_url() if page.is_published else reverse("lore:history", args=[page.slug]))


def _scope_of_restoring(page: Page, old: Revision) -> int:
    return page.scope | scope_told(old) | scope_since(page, old.number)


def _overtaken(request: HtmxRequest, page: Page, old: Revision, form: RestoreForm, problem: Conflict) -> HttpResponse:
    """The form again, for the page as it stands now; once the editor has been shown that, it will do."""
    page.refresh_from_db()
    is_shown = _is_shown(request, page, _scope_of_restoring(page, old))
    current = page.current_id if is_shown else form.cleaned_data["based_on"]
    again = RestoreForm(initial={"comment": form.cleaned_data["comment"], "based_on": current})
    return _restore_page(request, page, old, again, problem=problem, status=409)


def _restore_page(
    request: HtmxRequest,
    page: Page,
    old: Revision,
    form: RestoreForm,
    *,
    problem: ValidationError | None = None,
    status: int = 200,
) -> HttpResponse:
    is_shown = _is_shown(request, page, _scope_of_restoring(page, old))
    context = {
        "page": page,
        "revision": old,
        "form": form,
        "problem": problem,
        "is_shown": is_shown,
        "diff": compare_prose(Prose.of(page.current), Prose.of(old)) if is_shown else [],
        "door": f"{DOOR}-{page.pk}",
    }
    return render(request, "lore/restore.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def redact(request: HtmxRequest, slug: str, number: int) -> HttpResponse:
    require_editor(request.user)
    page, found = _find_revision(request, slug, number)
    if asked := _ask(request, page, number, scope_told(found), "revision"):
        return asked
    if request.method != "POST":
        form = RedactForm(kept_fields(request, request.path), initial=Prose.of(found).fields)
        return _redact_page(request, page, found, form)
    form = RedactForm(request.POST)
    if not form.is_valid():
        return _redact_page(request, page, found, form, 422)
    try:
        spend(request, "edit")
        swept = editing.redact(found, form.prose, editor=request.user, reason=form.cleaned_data["reason"])
    except (TooFast, ValidationError) as problem:
        return _told(problem, form, lambda status: _redact_page(request, page, found, form, status))
    messages.success(request, f"Revision {number} is redacted. {_swept_words(swept)}")
    if swept.revisions:
        messages.warning(request, _still_holding(page, swept))
    return see_other(as_let_in(request, page, reverse("lore:revision", args=[page.slug, number])))


def _swept_words(swept: Swept) -> str:
    freed = {"suggestion": swept.suggestions, "draft": swept.drafts, "scheduled edit": swept.scheduled}
    words = [f"{count} {noun}{'s' if count > 1 else ''}" for noun, count in freed.items() if count]
    return f"The same words went from {listed(words)}." if words else "No suggestion or draft held the same words."


def _still_holding(page: Page, swept: Swept) -> SafeString:
    ways = ((reverse("lore:redact", args=[page.slug, number]), number) for number in swept.revisions)
    links = format_html_join(", ", '<a href="{}">revision {}</a>', ways)
    return format_html("The same words still stand in {}. Each is redacted by itself.", links)


def _redact_page(
    request: HtmxRequest, page: Page, found: Revision, form: RedactForm, status: int = 200
) -> HttpResponse:
    title = page.title if _is_shown(request, page, page.scope) else ""
    context = {"page": page, "title": title, "revision": found, "form": form} | copies_of(found)
    return render(request, "lore/redact.html", context, status=status)


# What these share


def number_in(raw: str) -> int | None:
    """A number in an address; None when it is none that a row could have."""
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else None


def _find(request: HtmxRequest, slug: str) -> Page:
    page = find_page(request, slug)
    if page.current is None:
        raise Http404
    return page


def _find_revision(request: HtmxRequest, slug: str, number: int) -> tuple[Page, Revision]:
    page = _find(request, slug)
    rows = page.revisions.select_related("editor", "credited_to", "change")
    return page, get_object_or_404(rows, number=number)


def _ask(request: HtmxRequest, page: Page, oldest: int, scope: int, what: str) -> HttpResponse | None:
    """Also about what came after the oldest text that is shown, up to the page as it stands."""
    return ask_first(request, page, scope | scope_since(page, oldest), what)


def _is_shown(request: HtmxRequest, page: Page, scope: int) -> bool:
    """Also in the answer to a POST, which nothing has asked before."""
    return request.viewer.inside(scope) or is_let_in(request, page)


def _told(problem: TooFast | ValidationError, form: Form, again: Callable[[int], HttpResponse]) -> HttpResponse:
    form.add_error(None, ValidationError(str(problem)) if isinstance(problem, TooFast) else problem)
    return told_to_wait(again(429), problem) if isinstance(problem, TooFast) else again(422)
