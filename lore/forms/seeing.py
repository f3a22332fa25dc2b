from django import forms

from lore.models import WorksField
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
