"""The editor's bench as it is shown: the form with all that stands around it, and what to do when somebody else was
quicker."""

from collections.abc import Mapping
from contextlib import suppress
from functools import reduce
from http import HTTPStatus
from operator import or_

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ballerina_site.http import HtmxRequest
from ballerina_site.ratelimit import TooFast, told_to_wait
from lore.diff import LABELS, compare
from lore.drafting import keep_draft
from lore.forms.pages import NewPageForm, PageForm
from lore.history import scope_told
from lore.merging import merge
from lore.models import ChangeKind, Page, Revision, ScheduledEdit
from lore.prose import Prose
from lore.reading import claim_lines
from lore.spoilers import ScopedWork
from lore.views.workshop import ahead, as_let_in

AT_WORK = {True: "lore/edit.html", False: "lore/new.html"}


def show(
    request: HtmxRequest, page: Page | None, form: PageForm, status: int = HTTPStatus.OK, **more: object
) -> HttpResponse:
    """`more`: problem, notice, preview, draft (kept and on offer), and what the templates say of each."""
    context = around(request, page, form) | more
    return render(request, AT_WORK[page is not None], context, status=status)


def around(request: HtmxRequest, page: Page | None, form: PageForm) -> dict[str, object]:
    based_on = form["based_on"].value()
    context = {
        "page": page,
        "form": form,
        "preview_url": reverse("lore:preview"),
        "action": here(request, page),
        "draft_href": draft_href(request, page),
    }
    if page is None:
        return context | {"draft_url": reverse("lore:new_draft"), "draft_key": draft_key(None, form)}
    return context | {
        "draft_url": reverse("lore:draft", args=[page.slug]),
        "draft_key": draft_key(page, form),
        "waiting": waiting_on(page),
        "claims": [line for line in claim_lines(request.viewer, page) if not _is_superseded(line)],
        "has_moved_on": bool(based_on) and str(page.current_id) != str(based_on),
        "deleted": page.changes.filter(kind=ChangeKind.DELETED).first() if page.deleted_at else None,
    }


def draft_key(page: Page | None, form: PageForm) -> str:
    """What the browser keeps is kept for one revision: on another it would undo what changed since."""
    return f"lore-{page.pk}-{form['based_on'].value() or ''}" if page else "lore-new"


def waiting_on(page: Page) -> ScheduledEdit | None:
    return ScheduledEdit.objects.filter(page=page).select_related("editor", "based_on").first()


def too_fast(request: HtmxRequest, page: Page | None, form: PageForm, fault: TooFast) -> HttpResponse:
    unjudged = form.going_on_with(request.POST)
    return told_to_wait(show(request, page, unjudged, HTTPStatus.TOO_MANY_REQUESTS, problem=str(fault)), fault)


# Somebody else was quicker


def overtaken(request: HtmxRequest, page: Page, form: PageForm, problem: ValidationError) -> HttpResponse:
    """409. What was typed is on the page in any case, and kept as a draft; with it, where that may be shown, both
    versions and a merge."""
    with suppress(ValidationError):  # too long for a draft
        keep_draft(request.user, page, dict(request.POST.lists()))
    held = Page.objects.for_reading().get(pk=page.pk)
    since = _since(form, held) if problem.code == "conflict" else []
    works = _ahead(request, held, since) if problem.code == "conflict" else ()
    if problem.code != "conflict" or works:
        more = {"problem": problem.message, "works": works, "is_taken": problem.code == "scheduled"}
        return show(request, held, form.going_on_with(request.POST), HTTPStatus.CONFLICT, **more)
    base = held.revisions.filter(pk=form.cleaned_data["based_on"]).first() or held.current
    mine, theirs = form.prose, Prose.of(held.current)
    merged = merge(Prose.of(base), mine, theirs)
    again = form.on_top_of(held, merged.prose)
    context = around(request, held, again) | {
        "merged": merged,
        "conflicts": [label for name, label in LABELS.items() if name in merged.conflicts],
        "clashes": [again.fields[name].label or name.replace("_", " ").capitalize() for name in _clashes(form, again)],
        "since": since,
        "their_diff": compare(Prose.of(base), theirs),
        "my_diff": compare(Prose.of(base), mine),
        "typed": _typed(form, request.POST),
        "sent_key": draft_key(held, form),
    }
    return render(request, "lore/conflict.html", context, status=HTTPStatus.CONFLICT)


def _clashes(form: PageForm, again: PageForm) -> list[str]:
    """What both changed around the text: the editor's stands in the form."""
    names = ((name, form[name].html_initial_name) for name in form.changed_around)
    return [name for name, shown in names if form.data.getlist(shown) != again.data.getlist(shown)]


def _since(form: PageForm, page: Page) -> list[Revision]:
    base = page.revisions.filter(pk=form.cleaned_data["based_on"]).first() or page.current
    return list(page.revisions.filter(number__gt=base.number).select_related("editor", "credited_to", "change"))


def _typed(form: PageForm, sent: Mapping[str, str]) -> list[tuple[str, str]]:
    labels = LABELS | {"comment": form.fields["comment"].label}
    return [(label, sent.get(name, "")) for name, label in labels.items() if sent.get(name)]


def _ahead(request: HtmxRequest, page: Page, since: list[Revision]) -> tuple[ScopedWork, ...]:
    """The works from which the page's new text, or a word about how it came to be, would give something away that this
    editor has not asked to see."""
    scope = reduce(or_, map(scope_told, since), page.scope | (page.current.scope if page.current else 0))
    return ahead(request, page, scope)


def here(request: HtmxRequest, page: Page | None) -> str:
    """Where the form posts."""
    return as_let_in(request, page, request.path) if page else reverse("lore:new")


def draft_href(request: HtmxRequest, page: Page | None) -> str:
    address = here(request, page)
    return f"{address}{'&' if '?' in address else '?'}draft=1"


def _is_superseded(line: object) -> bool:
    return not line.is_shield and line.claim.superseded_by_id is not None


def form_for(request: HtmxRequest, page: Page | None, data: object = None, **kwargs: object) -> PageForm:
    kind = PageForm if page else NewPageForm
    return kind(data, viewer=request.viewer, page=page, **kwargs)
