"""Editors write pages here, and begin new ones."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods

from ballerina_site.complaints import complain
from ballerina_site.http import HtmxRequest
from ballerina_site.kept import kept_fields
from ballerina_site.ratelimit import TooFast, spend
from lore.arranging import begin_page, save_page
from lore.drafting import draft_of, keep_draft, typed_in
from lore.editing import Conflict
from lore.forms.pages import PageForm
from lore.models import Page, PageKind, ScheduledEdit
from lore.permissions import may_edit_lore
from lore.previewing import preview_of, prose_typed
from lore.scheduling import as_it_would_stand, publish, schedule, schedule_new_page, unschedule
from lore.views import bench
from lore.views.bench import form_for
from lore.views.workshop import KEPT, ask_first, find_page, slug_for

_SUGGEST = (
    "Only editors change pages at once. You can suggest an edit: the form is the same, and an editor looks at it."
)
_GONE = "There is no page at this address any more. What you typed is below: you can write it as a new page."
_MAY_NOT_BEGIN = "Only editors begin pages. You can suggest edits to those that are there, and an editor looks at them."


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HtmxRequest, slug: str) -> HttpResponse:
    try:
        page = find_page(request, slug)
    except Http404:
        if request.method == "POST" and may_edit_lore(request.user):
            return _gone_meanwhile(request)
        raise
    if not may_edit_lore(request.user):
        return _suggest_instead(request, page)
    if request.method == "POST":
        return _submit(request, page)
    if page.deleted_at:
        return redirect("lore:undelete", slug)
    waiting = _asked_for(request, page)
    return ask_first(request, page, _scope_shown(page, waiting), "text") or _open(request, page, waiting)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HtmxRequest) -> HttpResponse:
    if not may_edit_lore(request.user):
        raise PermissionDenied(_MAY_NOT_BEGIN)
    return _submit(request, None) if request.method == "POST" else _open(request, None, None)


def _gone_meanwhile(request: HtmxRequest) -> HttpResponse:
    """As a page that was yet to come, when it was called off."""
    form = form_for(request, None).going_on_with(request.POST)
    return bench.show(request, None, form, HTTPStatus.CONFLICT, problem=_GONE)


def _suggest_instead(request: HtmxRequest, page: Page) -> HttpResponse:
    context = {
        "reason": _SUGGEST,
        "way_href": reverse("lore:suggest", args=[slug_for(request.viewer, page)]),
        "way_word": "Suggest an edit",
        "sign_in_next": "/",
    }
    return render(request, "403.html", context, status=HTTPStatus.FORBIDDEN)


def _asked_for(request: HtmxRequest, page: Page) -> ScheduledEdit | None:
    """The scheduled edit, when its text is what the editor opens; of a page to come there is no other."""
    return bench.waiting_on(page) if "scheduled" in request.GET or page.current is None else None


def _scope_shown(page: Page, waiting: ScheduledEdit | None) -> int:
    return (page.current.scope if page.current else 0) | (waiting.scope if waiting else 0)


def _open(request: HtmxRequest, page: Page | None, waiting: ScheduledEdit | None) -> HttpResponse:
    form, draft = form_for(request, page, initial=_first_words(request, page)), draft_of(request.user, page)
    typed = kept_fields(request, request.path)
    if typed:
        return bench.show(request, page, form.going_on_with(typed), notice=KEPT)
    if draft and "draft" in request.GET:
        return bench.show(request, page, form.going_on_with(typed_in(draft)), going_on=draft)
    if waiting:
        return _open_scheduled(request, page, waiting)
    return bench.show(request, page, form, draft=draft)


def _first_words(request: HtmxRequest, page: Page | None) -> dict[str, object]:
    if page:
        return {}
    title = request.GET.get("title", "")[:120].strip()
    return {"title": title, "slug": slugify(title)[:80], "is_published": True, "kind": PageKind.TOPIC}


def _open_scheduled(
    request: HtmxRequest, page: Page, waiting: ScheduledEdit, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Its text as it would stand on the page now, to be changed, saved or scheduled anew."""
    merged = as_it_would_stand(waiting, page)
    about = {"comment": waiting.comment, "publish_at": waiting.publish_at, "scheduled": waiting.pk}
    form = form_for(request, page, initial=merged.prose.fields | about)
    return bench.show(request, page, form, status, going_on_scheduled=waiting, conflicts=merged.conflicts)


# What was sent


def _submit(request: HtmxRequest, page: Page | None) -> HttpResponse:
    form = form_for(request, page, request.POST)
    action = "schedule" if "replaces" in request.POST else request.POST.get("action", "save")
    try:
        if action not in _ACTS:
            raise ValidationError("Choose what to do with it.")
        spend(request, "preview" if action in {"preview", "seek", "draft"} else "edit")
        return _ACTS[action](request, page, form)
    except TooFast as fault:
        return bench.too_fast(request, page, form, fault)
    except Conflict as problem:
        return bench.overtaken(request, page, form, problem)
    except ValidationError as problem:
        complain(form, problem)
        return bench.show(request, page, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _save(request: HtmxRequest, page: Page | None, form: PageForm) -> HttpResponse:
    if not form.is_valid():
        return bench.show(request, page, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    data = form.cleaned_data
    why = {"editor": request.user, "comment": data["comment"]}
    if page is None:
        page = begin_page(form.prose, form.changes, slug=data["slug"], **why)
        said = f"“{page.title}” is written."
    else:
        stands_on = {"based_on": data["based_on"], "settles": data["scheduled"]}
        revision = save_page(page, form.prose, form.changes, **why, **stands_on)
        said = f"Saved as revision {revision.number}." if revision else "Nothing was different, so nothing was saved."
    return _saved(request, page, form, said)


def _saved(request: HtmxRequest, page: Page, form: PageForm, said: str) -> HttpResponse:
    messages.success(request, said, extra_tags=bench.draft_key(form.page, form))
    page = Page.objects.get(pk=page.pk)
    is_read = page.is_published and page.current_id
    return redirect(page.get_absolute_url() if is_read else reverse("lore:edit", args=[page.slug]))


def _preview(request: HtmxRequest, page: Page | None, form: PageForm) -> HttpResponse:
    preview = preview_of(request.viewer, prose_typed(request.POST))
    return bench.show(request, page, form.going_on_with(request.POST), preview=preview)


def _seek(request: HtmxRequest, page: Page | None, form: PageForm) -> HttpResponse:
    """Other pictures to choose from; all that was typed stays."""
    return bench.show(request, page, form.going_on_with(request.POST))


def _keep(request: HtmxRequest, page: Page | None, form: PageForm) -> HttpResponse:
    keep_draft(request.user, page, dict(request.POST.lists()))
    messages.success(request, "The draft is kept. Nobody else sees it.")
    return redirect(bench.draft_href(request, page))


def _schedule(request: HtmxRequest, page: Page | None, form: PageForm) -> HttpResponse:
    if not form.is_valid():
        return bench.show(request, page, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    data = form.cleaned_data
    about = {"publish_at": data["publish_at"], "editor": request.user, "comment": data["comment"]}
    if page is None:
        page = schedule_new_page(form.prose, form.changes, slug=data["slug"], **about)
    else:
        replaces = request.POST.get("replaces", "")
        number = int(replaces) if replaces.isdecimal() and len(replaces) < 19 else data["scheduled"]
        schedule(page, form.prose, **about, based_on=data["based_on"], replaces=number)
    return _saved(request, page, form, f"It is published on {data['publish_at']:%-d %B %Y at %H:%M} UTC.")


def _publish(request: HtmxRequest, page: Page | None, form: PageForm) -> HttpResponse:
    waiting = bench.waiting_on(page) if page else None
    if waiting is None:
        return _gone(request, page)
    revision = publish(waiting)
    if revision is None and (waiting := bench.waiting_on(page)):
        return _open_scheduled(request, page, waiting, HTTPStatus.CONFLICT)
    messages.success(request, f"Published as revision {revision.number}." if revision else "It is published already.")
    return redirect(page.get_absolute_url())


def _unschedule(request: HtmxRequest, page: Page | None, form: PageForm) -> HttpResponse:
    waiting = bench.waiting_on(page) if page else None
    if waiting is None:
        return _gone(request, page)
    page = unschedule(waiting)
    messages.success(request, "It will not be published. Whoever wrote it has the text back as a draft.")
    return redirect(reverse("lore:edit", args=[page.slug]) if page else reverse("lore:new"))


def _gone(request: HtmxRequest, page: Page | None) -> HttpResponse:
    messages.info(request, "No edit is waiting here any more.")
    return redirect(page.get_absolute_url() if page and page.current_id else reverse("lore:desk"))


_ACTS: dict[str, Callable[[HtmxRequest, Page | None, PageForm], HttpResponse]] = {
    "save": _save,
    "preview": _preview,
    "seek": _seek,
    "draft": _keep,
    "schedule": _schedule,
    "publish": _publish,
    "unschedule": _unschedule,
}
