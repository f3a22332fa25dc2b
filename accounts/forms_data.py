from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Departure, User


class LeaveForm(forms.Form):
    posts = forms.ChoiceField(
        label="What you wrote", choices=Departure.Posts, initial=Departure.Posts.ANONYMISE, widget=forms.RadioSelect
    )
    username = forms.CharField(
        label="Your user name, to be sure",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, fan: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._fan = fan

    def clean_username(self) -> str:
        typed = self.cleaned_data["username"].strip().removeprefix("@")
        if typed.lower() != self._fan.username.lower():
            raise ValidationError("That is not your user name.")
        return typed
