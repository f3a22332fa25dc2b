"""Where links into the lore lead, found when a text is read. For texts that are not made anew when a page is renamed,
shielded, begun or taken away: there may be any number of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString

from lore.markup import Lead, names_led_by, relink
from lore.models import Address
from lore.spoilers import Viewer


def led(viewer: Viewer, texts: Iterable[SafeString]) -> list[SafeString]:
    """The same texts. A page that the viewer may not see is led to by its number, whatever name was written."""
    shown = list(texts)
    names = set().union(*(names_led_by(html) for html in shown))
    leads = _leads(viewer, names) if names else {}
    return [relink(html, leads) for html in shown] if leads else shown


class Leads:
    """The same for texts that are made one after another for one page: all their links are looked up at once, when
    the first of them is shown."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._names: set[str] = set()

    def text(self, html: SafeString) -> "LedText":
        self._names |= names_led_by(html)
        return LedText(html, self)

    @cached_property
    def found(self) -> dict[str, Lead]:
        return _leads(self._viewer, self._names) if self._names else {}


@dataclass(frozen=True)
class LedText:
    """A text as a template shows it."""

    html: SafeString
    leads: Leads

    def __str__(self) -> SafeString:
        return relink(self.html, self.leads.found)

    __html__ = __str__

    def __bool__(self) -> bool:
        return bool(self.html)


def _leads(viewer: Viewer, names: set[str]) -> dict[str, Lead]:
    rows = Address.objects.filter(slug__in=names).select_related("page")
    return {row.slug: _lead(viewer, row) for row in rows}


def _lead(viewer: Viewer, address: Address) -> Lead:
    page = address.page
    is_wanted = not page.is_published
    if not viewer.sees(page):
        return Lead(page.shield_href, is_wanted, is_bare=True)
    return Lead(page.get_absolute_url(), is_wanted)
