from typing import Any

from django import forms

from lore.forms.fields import KeptForm, TextField
from lore.models import Revision, Suggestion
from lore.prose import Prose, faults_in


def _of_revision(name: str, rows: int = 0, **kwargs: Any) -> forms.CharField:
    column = Revision._meta.get_field(name)
    kind, widget = (TextField, forms.Textarea(attrs={"rows": rows})) if rows else (forms.CharField, forms.TextInput())
    return kind(max_length=column.max_length, required=not column.blank, widget=widget, **kwargs)


class ProseForm(KeptForm):
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
    lead.is_marked_up = hatnote.is_marked_up = facts.is_marked_up = body.is_marked_up = True
    comment = forms.CharField(max_length=200, label="Why", help_text="What you changed and on what ground.")
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def prose(self) -> Prose:
        return Prose(**{name: self.cleaned_data[name] for name in ("title", "lead", "body", "hatnote", "facts")})

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            for name, faults in faults_in(self.prose).items():
                self.add_error(name, faults)
        return data


class SuggestionForm(ProseForm):
    """`version` names the open suggestion as its author last saw it; empty when there was none."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class ReviewForm(SuggestionForm):
    """An editor's: the suggestion, amended or not, or why it is declined."""

    reason = TextField(
        max_length=Suggestion._meta.get_field("reason").max_length,
        required=False,
        label="Why you decline it",
        help_text="The fan reads it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason.is_needed = True


class RestoreForm(forms.Form):
    """`based_on` is the id of the revision that was current when the editor compared."""

    comment = forms.CharField(max_length=200, required=False, label="Why", help_text="Stands in the history.")
    based_on = forms.IntegerField(widget=forms.HiddenInput)


class RedactForm(ProseForm):
    comment = based_on = None
    reason = forms.CharField(
        max_length=200,
        label="Why",
        help_text="Stands in the public log: do not repeat what you take out.",
    )
