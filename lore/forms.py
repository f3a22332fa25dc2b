from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lore.models import Revision, WorksField
from lore.prose import Prose, compile_prose
from lore.spoilers import EVERYTHING


class SeenForm(forms.Form):
    works = WorksField(label="I have seen", help_text="Nothing ticked: everything that gives a work away is shielded.")
    everything = forms.BooleanField(
        required=False, label="Shield nothing", help_text="Show everything, now and for coming works."
    )

    @classmethod
    def showing(cls, seen: int) -> "SeenForm":
        return cls(initial={"works": seen, "everything": seen == EVERYTHING})

    @property
    def seen(self) -> int:
        return EVERYTHING if self.cleaned_data["everything"] else self.cleaned_data["works"]


class TextField(forms.CharField):
    """Several lines. A browser ends them with two signs, its own counter and the database count one."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")


def _of_revision(name: str, rows: int = 0, **kwargs: Any) -> forms.CharField:
    column = Revision._meta.get_field(name)
    kind, widget = (TextField, forms.Textarea(attrs={"rows": rows})) if rows else (forms.CharField, forms.TextInput())
    return kind(max_length=column.max_length, required=not column.blank, widget=widget, **kwargs)


class ProseForm(forms.Form):
    """A page's prose as somebody writes it: an editor's revision, a fan's suggestion. `based_on` is the id of the
    revision that they started from."""

    title = _of_revision("title")
    lead = _of_revision("lead", 3, help_text="The summary under the title. Wiki links work.")
    hatnote = _of_revision("hatnote", help_text="One line above the lead, for those who meant another page.")
    facts = _of_revision("facts", 5, help_text="One a line, as “Label: value”. Wiki links work.")
    body = _of_revision(
        "body",
        24,
        label="Text",
        help_text="Markdown, [[wiki links]], and “::: gives-away chapter-3” … “:::” around what gives a work away.",
    )
    comment = forms.CharField(max_length=200, label="Why", help_text="What you changed and on what ground.")
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def prose(self) -> Prose:
        return Prose(**{name: self.cleaned_data[name] for name in ("title", "lead", "body", "hatnote", "facts")})

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            try:
                compile_prose(self.prose)
            except ValidationError as problem:
                self.add_error(None if hasattr(problem, "error_dict") else "body", problem)
        return data
