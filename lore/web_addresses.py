"""Which addresses may stand for a source: those of the web, as anybody can read and check them."""

import unicodedata
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

_UNREADABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"}
"""Unicode's categories of what controls, cannot be seen or is nothing; those that turn the direction are in Cf."""


def check_web_address(url: str) -> None:
    """Beside Django's own validator, which says whether it is an address at all."""
    check_signs(url)
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"}:
            raise ValidationError("The address of a source begins with https:// or http://.")
        if "@" in parts.netloc:
            raise ValidationError("Leave out what stands before the “@”: a source needs no user name or password.")


def check_signs(url: str) -> None:
    if "\\" in url or any(unicodedata.category(sign) in _UNREADABLE for sign in url):
        raise ValidationError("The address holds a space, a backslash or a sign that cannot be seen. Take it out.")


class WebAddressField(forms.URLField):
    """Checked as it was typed: Django's own drops line breaks and tabs unsaid."""

    default_validators = [URLValidator(), check_web_address]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)

    def to_python(self, value: Any) -> str:
        check_signs(forms.CharField.to_python(self, value))
        return super().to_python(value)
