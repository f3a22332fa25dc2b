from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ballerina_site.http import same_query
from lore.canon import near_names
from lore.models import Page, PageKind, PageLink
from lore.reading import backlinks, read
from lore.spoilers import Shield, gate


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    found = _page_at(slug)
    if found is None:
        return _nothing_here(request, slug)
    entry = gate(request.viewer, found)
    if isinstance(entry, Shield):
        return render(request, "lore/shielded.html", {"shield": entry, "sign_in_next": entry.href})
    if (found.slug != slug and not request.viewer.reveals("page", found.pk)) or found.kind == PageKind.HOUSE:
        return redirect(same_query(request, found.get_absolute_url()), permanent=found.scope == 0)
    return render(request, "lore/page.html", {"reading": read(request.viewer, found)})


def _page_at(slug: str) -> Page | None:
    pages = Page.objects.published().for_reading()
    kind, _, key = slug.partition("-")
    if kind == "page" and key.isdecimal() and key.isascii() and len(key) < 19:
        return pages.filter(pk=int(key)).first()
    return pages.filter(addresses__slug=slug).first()


def _nothing_here(request: HttpRequest, slug: str) -> HttpResponse:
    near = [(page.title, page.get_absolute_url()) for page in near_names(request.viewer, slug)]
    return render(request, "404.html", {"near": near}, status=404)


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
    target = _page_at(slug)
    if target is None:
        wanting = PageLink.objects.filter(slug=slug, source__is_published=True).visible_to(request.viewer)
        sources = Page.objects.lore().filter(pk__in=wanting.values("source_id"))
        context = {"title": slug.replace("-", " "), "sources": sources}
        return render(request, "lore/links.html", context, status=200 if sources else 404)
    entry = gate(request.viewer, target)
    if isinstance(entry, Shield):
        return render(request, "lore/shielded.html", {"shield": entry, "sign_in_next": entry.href})
    context = {"title": target.title, "target": target, "sources": backlinks(request.viewer, target)}
    return render(request, "lore/links.html", context)
