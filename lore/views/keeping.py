"""What editors do with a page as a whole: another address, taking it away, bringing it back."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from ballerina_site.http import HtmxRequest
from ballerina_site.kept import kept_fields
from ballerina_site.ratelimit import TooFast, spend, told_to_wait
from lore import addressing, editing
from lore.forms.pages import ReasonForm, RenameForm
from lore.models import Change, ChangeKind, Page, PageKind, ScheduledEdit
from lore.permissions import require_editor
from lore.spoilers import gate
from lore.uses import uses_of
from lore.views.workshop import ask_first, find_page

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
def rename(request: HtmxRequest, slug: str) -> HttpResponse:
    page = _page_to_keep(request, slug)
    if page.deleted_at:
        return redirect("lore:undelete", slug)
    form = _form(request, RenameForm, {"slug": page.slug})
    asked = ask_first(request, page, 0, "page")
    return asked or _answer(request, page, form, "lore/rename.html", _rename)


def _rename(request: HtmxRequest, page: Page, form: RenameForm) -> str:
    old, slug = page.slug, form.cleaned_data["slug"]
    if slug == old:
        raise ValidationError({"slug": "That is its address already."})
    addressing.rename(page, slug, request.user, form.cleaned_data["reason"])
    messages.success(request, f"The page stands at /lore/{slug}/. /lore/{old}/ leads there.")
    return page.get_absolute_url() if page.is_published and page.current_id else reverse("lore:edit", args=[slug])


@require_http_methods(FORM)
def delete(request: HtmxRequest, slug: str) -> HttpResponse:
    page = _page_to_keep(request, slug)
    if page.deleted_at:
        return redirect("lore:undelete", slug)
    asked = ask_first(request, page, 0, "page")
    return asked or _answer(request, page, _form(request, ReasonForm), "lore/delete.html", _delete)


def _delete(request: HtmxRequest, page: Page, form: ReasonForm) -> str:
    title, way_back = page.title, reverse("lore:undelete", args=[page.slug])
    editing.delete_page(page, editor=request.user, reason=form.cleaned_data["reason"])
    said = format_html('“{}” is deleted. <a href="{}">Bring it back</a>', title, way_back)
    messages.success(request, said)
    return reverse("lore:index")


@require_http_methods(FORM)
def undelete(request: HtmxRequest, slug: str) -> HttpResponse:
    page = _page_to_keep(request, slug)
    if page.deleted_at is None and request.method != "POST":
        return redirect(page.shield_href if page.is_published else reverse("lore:edit", args=[slug]))
    form = _form(request, ReasonForm)
    form.fields["reason"].required = False
    asked = ask_first(request, page, 0, "page")
    return asked or _answer(request, page, form, "lore/undelete.html", _undelete)


def _undelete(request: HtmxRequest, page: Page, form: ReasonForm) -> str:
    editing.undelete_page(page, editor=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, f"“{page.title}” is back.")
    return page.get_absolute_url() if page.current_id else reverse("lore:edit", args=[page.slug])


# What they share


def _page_to_keep(request: HtmxRequest, slug: str) -> Page:
    require_editor(request.user)
    page = find_page(request, slug)
    if page.kind == PageKind.HOUSE:
        raise PermissionDenied("The house’s own pages stay where they are: every page of the site leads to them.")
    return page


def _form[Form: ReasonForm](request: HtmxRequest, kind: type[Form], initial: dict[str, str] | None = None) -> Form:
    typed = request.POST if request.method == "POST" else kept_fields(request, request.path)
    return kind(typed, initial=initial)


def _answer(
    request: HtmxRequest,
    page: Page,
    form: ReasonForm,
    template: str,
    act: Callable[[HtmxRequest, Page, ReasonForm], str],
) -> HttpResponse:
    """The form; or, when it was sent and is sound, the act, and on to the address that it gives."""
    if request.method != "POST":
        return _page(request, page, form, template)
    try:
        spend(request, "edit")
        if form.is_valid():
            return redirect(act(request, page, form))
    except TooFast as fault:
        return told_to_wait(_page(request, page, form, template, HTTPStatus.TOO_MANY_REQUESTS, str(fault)), fault)
    except editing.Conflict as problem:
        return _page(request, page, form, template, HTTPStatus.CONFLICT, problem.message)
    except ValidationError as problem:
        form.add_error(None, problem)
    return _page(request, page, form, template, HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(
    request: HtmxRequest, page: Page, form: ReasonForm, template: str, status: int = HTTPStatus.OK, problem: str = ""
) -> HttpResponse:
    context = {"page": page, "form": form, "problem": problem, "deletion": deletion_of(request, page)}
    if template == "lore/delete.html":
        context["uses"] = uses_of(request.viewer, page)
    return render(request, template, context, status=status)


def show_unread(request: HtmxRequest, page: Page, slug: str) -> HttpResponse:
    """At the address of a page that readers do not find: what an editor may know of it."""
    context = {
        "page": page,
        "slug": slug,
        "title": page.title if request.viewer.sees(page) else "",
        "deletion": deletion_of(request, page),
        "waiting": ScheduledEdit.objects.filter(page=page).first(),
    }
    return render(request, "lore/unread.html", context, status=HTTPStatus.NOT_FOUND)


def deletion_of(request: HtmxRequest, page: Page) -> Change | None:
    """Who deleted it and why, for those who may know."""
    if page.deleted_at is None:
        return None
    change = page.changes.filter(kind=ChangeKind.DELETED).select_related("actor", "page").first()
    found = gate(request.viewer, change) if change else None
    return found if isinstance(found, Change) else None
