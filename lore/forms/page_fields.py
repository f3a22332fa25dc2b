"""Pages as an editor names them: found inside their own shield. What they may not see is not found, whether or not it
exists."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lore.canon import page_called
from lore.forms.fields import TextField
from lore.models import Page
from lore.spoilers import Viewer


class _NamesPages:
    """Pages that were `chosen` before stay so. One outside the viewer's shield has its number for a name."""

    viewer: Viewer = Viewer()
    chosen: tuple[Page, ...] = ()

    def offer(self, viewer: Viewer, chosen: Iterable[Page] = ()) -> None:
        self.viewer, self.chosen = viewer, tuple(chosen)
        if not all(viewer.sees(page) for page in self.chosen):
            self.help_text += " A number stands for a page that you have not seen: leave it, or take it out."

    def name_of(self, page: Page) -> str:
        return page.title if self.viewer.sees(page) else _number(page)

    def page_of(self, name: str) -> Page | None:
        unseen = {_number(page): page for page in self.chosen if not self.viewer.sees(page)}
        return unseen.get(name) or page_called(name, Page.objects.kept().visible_to(self.viewer))


def _number(page: Page) -> str:
    return f"page-{page.pk}"


class PageField(_NamesPages, forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return self.name_of(value) if isinstance(value, Page) else value

    def clean(self, value: Any) -> Page | None:
        name = super().clean(value)
        page = self.page_of(name) if name else None
        if name and page is None:
            raise ValidationError(f"No page is called “{name}”.")
        return page


class PagesField(_NamesPages, TextField):
    """Titles, one a line."""

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str | None) else "\n".join(self.name_of(page) for page in value)

    def clean(self, value: Any) -> list[Page]:
        names = list(dict.fromkeys(name.strip() for name in super().clean(value).splitlines() if name.strip()))
        pages = {name: self.page_of(name) for name in names}
        unknown = [f"“{name}”" for name, page in pages.items() if page is None]
        if unknown:
            raise ValidationError(f"No page is called {', '.join(unknown)}.")
        return list(pages.values())
