"""What helps while one writes: preview, names for links, drafts. For whoever is signed in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from ballerina_site.http import HtmxRequest, is_htmx, safe_next, see_other
from ballerina_site.ratelimit import spend
from lore.completing import names_like
from lore.drafting import drop_draft, keep_draft
from lore.models import Draft, Page
from lore.permissions import may_edit_lore
from lore.previewing import preview_of, prose_typed
from lore.views.workshop import find_page, slug_for


@require_POST
def preview(request: HtmxRequest) -> HttpResponse:
    """A text as it would stand on its page for this very viewer, with what is wrong in it."""
    spend(request, "preview")
    context = {"preview": preview_of(request.viewer, prose_typed(request.POST))}
    return render(request, "lore/_preview.html", context)


@require_safe
def names(request: HtmxRequest) -> HttpResponse:
    spend(request, "search")
    found = names_like(request.viewer, request.GET.get("q", ""))
    return JsonResponse({"names": [name.as_json() for name in found]})


@require_POST
def save_draft(request: HtmxRequest, slug: str = "") -> HttpResponse:
    page = find_page(request, slug) if slug else None
    spend(request, "preview")
    if request.POST.get("action") == "drop":
        drop_draft(request.user, page)
        messages.success(request, "The draft is thrown away.")
        return see_other(safe_next(request, _form_of(request, page)))
    try:
        draft = keep_draft(request.user, page, dict(request.POST.lists()))
    except ValidationError as problem:
        return HttpResponse(format_html('<span class="oops">{}</span>', problem.messages[0]), status=422)
    return _said(draft) if is_htmx(request) else redirect(f"{_form_of(request, page)}?draft=1")


def _said(draft: Draft) -> HttpResponse:
    return HttpResponse(format_html("Draft kept at {} UTC", f"{draft.saved_at:%H:%M}"))


def _form_of(request: HtmxRequest, page: Page | None) -> str:
    if page is None:
        return reverse("lore:new")
    name = "lore:edit" if may_edit_lore(request.user) else "lore:suggest"
    return reverse(name, args=[slug_for(request.viewer, page)])
