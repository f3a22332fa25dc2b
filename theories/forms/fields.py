from typing import Any

from django import forms
from django.utils.html import format_html

from lore.forms.fields import TextField
from lore.models import WorksField

COVER = format_html("cover what gives a film away with <code>{}</code>", ">!chapter-4: words!<")


class Ticks:
    """Of values sent empty nothing is ticked, as from a list that has nothing to tick."""

    def clean(self, value: Any) -> Any:
        return super().clean([one for one in value or [] if one])


class MarkedUpField(TextField):
    """A fan's words in Markdown, of several lines. `help_text` goes before what is said of Markdown."""

    is_marked_up = True

    def __init__(self, *, help_text: str = "", **options: Any) -> None:
        said = format_html("{}Markdown works; {}", help_text, COVER)
        super().__init__(widget=forms.Textarea(attrs={"rows": 6}), help_text=said, **options)


class ScopeField(Ticks, WorksField):
    pass
