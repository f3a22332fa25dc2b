from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.following import PAGE, noting_follow
from ballerina_site.http import same_query
from lore.addressing import check_address
from lore.canon import in_address, near_names, page_at
from lore.drafting import draft_of, noting_draft
from lore.models import Page, PageKind, PageLink
from lore.permissions import may_edit_lore
from lore.reading import backlinks, read
from lore.spoilers import Shield, gate
from lore.views.keeping import show_unread
from lore.wanting import wanted_name


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    pages = noting_follow(Page.objects.published().for_reading(), PAGE, request.user.pk)
    found = in_address(noting_draft(pages, request.user), slug)
    if found is None:
        return _nothing_here(request, slug)
    entry = gate(request.viewer, found)
    if isinstance(entry, Shield):
        return render(request, "lore/shielded.html", {"shield": entry, "sign_in_next": entry.href})
    if (found.slug != slug and not request.viewer.reveals("page", found.pk)) or found.kind == PageKind.HOUSE:
        return redirect(same_query(request, found.get_absolute_url()), permanent=found.scope == 0)
    context = {
        "reading": read(request.viewer, found),
        "may_edit": may_edit_lore(request.user),
        "draft": draft_of(request.user, found) if found.has_draft else None,
    }
    return render(request, "lore/page.html", context)


def _nothing_here(request: HttpRequest, slug: str) -> HttpResponse:
    if may_edit_lore(request.user):
        unread = in_address(Page.objects.exclude(kind=PageKind.HOUSE), slug)
        if unread:
            return show_unread(request, unread, slug)
    near = [(page.title, page.get_absolute_url()) for page in near_names(request.viewer, slug)]
    return render(request, "404.html", {"near": near, "write_href": _write_href(request, slug)}, status=404)


def _write_href(request: HttpRequest, slug: str) -> str:
    """Where an editor writes the page that is missing here."""
    try:
        check_address(slug, None)
    except ValidationError:
        return ""
    if not may_edit_lore(request.user):
        return ""
    return f"{reverse('lore:new')}?{urlencode({'title': wanted_name(request.viewer, slug)})}"


@login_not_required
@require_safe
def house(request: HttpRequest, slug: str) -> HttpResponse:
    found = Page.objects.published().for_reading().filter(slug=slug, kind=PageKind.HOUSE).first()
    if found is None:
        raise Http404
    entry = gate(request.viewer, found)
    if isinstance(entry, Shield):
        return render(request, "lore/shielded.html", {"shield": entry, "sign_in_next": entry.href})
    return render(request, "lore/house.html", {"reading": read(request.viewer, found)})


@login_not_required
@require_safe
def links(request: HttpRequest, slug: str) -> HttpResponse:
    """What links here, also for an address that has no page yet."""
    target = page_at(slug)
    if target is None:
        wanting = PageLink.objects.filter(slug=slug, source__is_published=True).visible_to(request.viewer)
        sources = Page.objects.lore().filter(pk__in=wanting.values("source_id"))
        context = {"title": wanted_name(request.viewer, slug), "sources": sources}
        return render(request, "lore/links.html", context, status=200 if sources else 404)
    entry = gate(request.viewer, target)
    if isinstance(entry, Shield):
        return render(request, "lore/shielded.html", {"shield": entry, "sign_in_next": entry.href})
    context = {"title": target.title, "target": target, "sources": backlinks(request.viewer, target)}
    return render(request, "lore/links.html", context)
