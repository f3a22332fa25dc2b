from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from accounts.choosing import Wish
from accounts.models import Rhythm
from accounts.telling_kinds import CHOSEN, Telling


@dataclass(frozen=True)
class Row:
    telling: Telling
    inbox: forms.BoundField
    mail: forms.BoundField


class NoticesForm(forms.Form):
    """Of each kind of notice: whether it comes into the inbox, and by which mail."""

    def __init__(self, *args: Any, chosen: Mapping[str, Wish] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, telling in CHOSEN.items():
            wish = (chosen or {}).get(name)
            self.fields[f"inbox_{name}"] = forms.BooleanField(required=False, initial=wish and wish.in_inbox)
            self.fields[f"mail_{name}"] = forms.ChoiceField(
                choices=Rhythm.choices,
                initial=wish and wish.rhythm,
                error_messages={"required": "Choose when.", "invalid_choice": "Choose one of these."},
                widget=forms.Select(attrs={"aria-label": f"{telling.label}: by mail"}),
            )

    @property
    def rows(self) -> Iterator[Row]:
        return (Row(telling, self[f"inbox_{name}"], self[f"mail_{name}"]) for name, telling in CHOSEN.items())

    @property
    def wishes(self) -> dict[str, Wish]:
        data = self.cleaned_data
        return {name: Wish(data[f"inbox_{name}"], data[f"mail_{name}"]) for name in CHOSEN}
