from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lore.spoilers import Viewer
from theories.models import Theory


class SucceededField(forms.IntegerField):
    """The theory that a new one is to follow, among those that its author may ask for by their address."""

    viewer: Viewer = Viewer()

    def clean(self, value: Any) -> Theory | None:
        pk = super().clean(value)
        if pk is None:
            return None
        found = Theory.objects.reachable_by(self.viewer).filter(pk=pk).first() if 0 < pk < 2**63 else None
        if found is None:
            raise ValidationError("The theory that this one is to follow is not there.")
        return found
