"""What may be added once a theory is posted."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from lore.spoilers import Viewer
from theories.clarifying import LONGEST
from theories.forms.fields import MarkedUpField
from theories.models import Theory

_IN_PUBLIC = "Public, and read by the author: name nobody, quote nothing, give nothing away."
_CHOICE = '{} <a href="{}" target="_blank" class="quiet-link">Read&nbsp;it</a>'
_NUMBER = re.compile(r"(?:.*/theories/)?#?([0-9]{1,18})(?:/.*)?")


class ClarificationForm(forms.Form):
    text = MarkedUpField(
        max_length=LONGEST,
        label="What you want to make clear",
        help_text="Dated, and never changed afterwards. ",
    )


class OriginalField(forms.CharField):
    """A theory by its address or number; what the viewer may not ask for is not found."""

    viewer: Viewer = Viewer()

    def clean(self, value: Any) -> Theory | None:
        given = super().clean(value)
        if not given:
            return None
        typed = _NUMBER.fullmatch(given)
        found = Theory.objects.reachable_by(self.viewer).filter(pk=int(typed[1])).first() if typed else None
        if found is None:
            raise ValidationError("There is no such theory. Copy its address here.")
        return found


class UnmarkForm(forms.Form):
    """`is_decision`: a moderator's, in the public log."""

    words = forms.CharField(
        max_length=500,
        required=False,
        label="Why",
        help_text="Kept in the theory’s trail.",
        error_messages={"required": "Say why, in a sentence."},
    )

    def __init__(self, *args: Any, is_decision: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_decision:
            self.fields["words"].required = True
            self.fields["words"].help_text = _IN_PUBLIC


class DuplicateForm(UnmarkForm):
    """`alike`: theories that say nearly the same, to choose from. What is typed counts, if anything is."""

    like = OriginalField(required=False, label="It repeats", widget=forms.RadioSelect)
    original = OriginalField(
        max_length=300, required=False, label="It repeats", help_text="The other theory’s address, or its number."
    )
    field_order = ("like", "original", "words")

    def __init__(self, *args: Any, viewer: Viewer, alike: Sequence[Theory] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        like, original = self.fields["like"], self.fields["original"]
        like.viewer = original.viewer = viewer
        like.is_needed = original.is_needed = True  # one of the two
        like.widget.choices = [(one.pk, format_html(_CHOICE, one.claim, one.get_absolute_url())) for one in alike]
        if alike:
            original.label = "Or another one"
        else:
            like.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        like = data.pop("like", None)
        if not self.errors and not data["original"]:
            data["original"] = like
        if not self.errors and not data["original"]:
            self.add_error("original", "Say which theory it repeats.")
        return data
