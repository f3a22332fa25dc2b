from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from lore.models import Image


class TextField(forms.CharField):
    """Several lines. A browser ends them with two signs, its own counter and the database count one."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")


class DayField(forms.DateField):
    """A day in plain digits: Python also reads those of other scripts, which no browser's date field sends."""

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and not value.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class KeptForm(forms.Form):
    """A form that can be filled with what somebody typed earlier."""

    def __init__(self, *args: Any, is_unsent: bool = False, **kwargs: Any) -> None:
        """`is_unsent`: `data` was kept from before, and nobody has sent it: shown as it is, without complaints."""
        super().__init__(*args, **kwargs)
        self.is_unsent = is_unsent

    def full_clean(self) -> None:
        if self.is_unsent:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()


@dataclass(frozen=True)
class Offered:
    """A picture to choose. `image` is None where there is nothing to show of it."""

    words: str
    image: Image | None = None


class PictureRadios(forms.RadioSelect):
    """A small crop beside each choice, whose label is an `Offered`."""

    template_name = "lore/_picture_radios.html"
