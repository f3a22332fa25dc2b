"""The door to what shows a page's text as it was written: editor, history, comparison, suggestion.

Such a text holds every part of the page, so the door first says which works it gives away, and asks.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lore.canon import in_address
from lore.models import Page, PageKind
from lore.permissions import may_edit_lore
from lore.spoilers import ScopedWork, Shield, Viewer, reveal_from

DOOR = "source"
"""The kind of its reveal: `?reveal=source-<page id>`."""
SHOWS = {
    "claim": "It shows the claim in all its words, and names the pages that it stands on.",
    "history": "It lists every version of the text, with the words that say what was changed.",
    "list of ties": "It names what this page is tied to, and how.",
    "page": "It names the page, and what stands on it.",
}
"""What is behind the door, where that is not the page’s whole text."""
KEPT = "You were signed out. What you had typed is below: look it over and send it again."


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
    shows = SHOWS.get(what, "It shows the page’s text as it was written, with the parts that are shielded for you.")
    context = {"shield": shield, "title": title, "shows": shows, "query": _query(request)}
    context["sign_in_next"] = page.shield_href
    return render(request, "lore/ask.html", context)


def is_let_in(request: HttpRequest, page: Page) -> bool:
    """Behind the door, also while sending a form: its address still says so."""
    return reveal_from(request.GET.get("reveal", "")) == (DOOR, str(page.pk))


def ahead(request: HttpRequest, page: Page, scope: int) -> tuple[ScopedWork, ...]:
    """The works from which a text would give something away that this viewer has not asked to see."""
    viewer = request.viewer
    return () if is_let_in(request, page) else viewer.named(viewer.missing(scope))


def by_the_door(address: str, page: Page) -> str:
    """The address as it lets somebody in."""
    return f"{address}{'&' if '?' in address else '?'}reveal={DOOR}-{page.pk}"


def as_let_in(request: HttpRequest, page: Page, address: str) -> str:
    """The way on, for whoever was let in by the door and for whoever needed none."""
    return by_the_door(address, page) if is_let_in(request, page) else address


def slug_for(viewer: Viewer, page: Page) -> str:
    """What stands for the page in an address: its slug only where that gives nothing away."""
    return page.slug if viewer.sees(page) else f"page-{page.pk}"


def href_for(viewer: Viewer, page: Page) -> str:
    return page.get_absolute_url() if viewer.sees(page) else page.shield_href


def _query(request: HttpRequest) -> str:
    """The query that this address came with, for the way on."""
    query = request.GET.copy()
    query.pop("reveal", None)
    return query.urlencode()
