from dataclasses import dataclass
from typing import Any

from django import forms

from lore.models import Image


class TextField(forms.CharField):
    """Several lines. A browser ends them with two signs, its own counter and the database count one."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")


@dataclass(frozen=True)
class Offered:
    """A picture to choose. `image` is None where there is nothing to show of it."""

    words: str
    image: Image | None = None


class PictureRadios(forms.RadioSelect):
    """A small crop beside each choice, whose label is an `Offered`."""

    template_name = "lore/_picture_radios.html"
