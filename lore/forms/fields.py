from typing import Any

from django import forms


class TextField(forms.CharField):
    """Several lines. A browser ends them with two signs, its own counter and the database count one."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")
