"""What may be added once a theory is posted."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from lore.forms.fields import TextField
from lore.spoilers import Viewer
from theories.clarifying import LONGEST
from theories.forms.fields import COVER
from theories.models import Theory

_NUMBER = re.compile(r"(?:.*/theories/)?#?([0-9]{1,18})(?:/.*)?")


class ClarificationForm(forms.Form):
    text = TextField(
        max_length=LONGEST,
        label="What you want to make clear",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=format_html("Dated, and never changed afterwards. Markdown works; {}", COVER),
    )
    text.is_marked_up = True


class OriginalField(forms.CharField):
    """A theory by its address or number; what the viewer may not ask for is not found."""

    viewer: Viewer = Viewer()

    def clean(self, value: Any) -> Theory:
        typed = _NUMBER.fullmatch(super().clean(value))
        found = Theory.objects.reachable_by(self.viewer).filter(pk=int(typed[1])).first() if typed else None
        if found is None:
            raise ValidationError("There is no such theory. Copy its address here.")
        return found


class DuplicateForm(forms.Form):
    original = OriginalField(
        max_length=300,
        label="It repeats",
        error_messages={"required": "Say which theory it repeats."},
        help_text="The other theory’s address, or its number.",
    )
    words = forms.CharField(max_length=500, required=False, label="Why", help_text="Kept in the theory’s trail.")

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["original"].viewer = viewer
