"""The door to what shows a page's text as it was written: editor, history, comparison, suggestion.

Such a text holds every part of the page, so the door first says which works it gives away, and asks.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lore.canon import in_address
from lore.models import Page, PageKind
from lore.permissions import may_edit_lore
from lore.spoilers import Shield

DOOR = "source"
"""The kind of its reveal: `?reveal=source-<page id>`."""


def find_page(request: HttpRequest, slug: str) -> Page:
    """The page at this address. Editors also find those that are not read: drafts, and deleted ones. The house's own
    pages are the admins'."""
    pages = Page.objects.for_reading()
    if not request.user.is_superuser:
        pages = pages.exclude(kind=PageKind.HOUSE)
    found = in_address(pages if may_edit_lore(request.user) else pages.published(), slug)
    if found is None:
        raise Http404
    return found


def ask_first(request: HttpRequest, page: Page, scope: int, what: str) -> HttpResponse | None:
    """What to answer instead, while the viewer has not seen all that the text (`scope`, with the page's) gives away;
    None when they may come in. Whoever sends a form has been inside already."""
    whole = scope | page.scope
    if request.method == "POST" or request.viewer.inside(whole) or request.viewer.reveals(DOOR, page.pk):
        return None
    shield = Shield(DOOR, page.pk, what, request.viewer.named(request.viewer.missing(whole)))
    title = page.title if request.viewer.sees(page) else ""
    context = {"shield": shield, "title": title, "query": _query(request), "sign_in_next": page.shield_href}
    return render(request, "lore/ask.html", context)


def _query(request: HttpRequest) -> str:
    """The query that this address came with, for the way on."""
    query = request.GET.copy()
    query.pop("reveal", None)
    return query.urlencode()
