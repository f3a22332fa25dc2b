from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.utils import setup_user_email
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts import baiting, hooks
from accounts.models import User
from accounts.names import validate_username
from accounts.suspending import require_present
from ballerina_site.pictures import DEFAULT_LIMITS

_LABELS = {
    "email": "E-mail",
    "oldpassword": "The password you have now",
    "password1": "New password",
    "password2": "New password, once more",
    "name": "Its name",
    "passwordless": "Sign in with it alone",
}
_HELP = {
    "password1": "At least 8 characters, and not one of the common ones.",
    "passwordless": "Then you need no password: your device asks for a finger, a face or a PIN. Untick it for a plain "
    "security key that knows none of these.",
}
_NO_ADDRESS = "Enter a valid e-mail address."


class HouseWords(forms.Form):
    """allauth's fields in the words of this site. A label that only says the field again is no placeholder."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = _LABELS.get(name, field.label)
            field.help_text = _HELP.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)
        if "email" in self.fields:
            self.fields["email"].error_messages["invalid"] = _NO_ADDRESS


class AddEmailForm(HouseWords, allauth_forms.AddEmailForm):
    pass


class SetPasswordForm(HouseWords, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordForm(HouseWords, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(HouseWords, allauth_forms.ResetPasswordKeyForm):
    pass


class RequestLoginCodeForm(HouseWords, allauth_forms.RequestLoginCodeForm):
    pass


class ConfirmLoginCodeForm(HouseWords, allauth_forms.ConfirmLoginCodeForm):
    pass


class ActivateTOTPForm(HouseWords, totp_forms.ActivateTOTPForm):
    pass


class AuthenticateForm(HouseWords, mfa_forms.AuthenticateForm):
    pass


class AddWebAuthnForm(HouseWords, webauthn_forms.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class LoginForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = "User name or e-mail"
        login.widget.attrs.update(autocomplete="username", autocapitalize="none", spellcheck="false", placeholder="")
        password.widget.attrs["placeholder"] = ""
        password.help_text = ""

    def user_credentials(self) -> dict[str, str]:
        """A user name never holds an @: were both tried, a known address would cost a second hash, and the
        time would tell that it is known."""
        credentials = super().user_credentials()
        if "email" in credentials:
            credentials.pop("username", None)
        return credentials


class SignupForm(allauth_forms.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "User name"
        self.fields[
            "username"
        ].help_text = "3 to 30 letters, digits, and inside the name _ . or -. It stands in your address."
        self.fields["email"].label = "E-mail"
        self.fields["email"].error_messages["invalid"] = _NO_ADDRESS
        # allauth would cut it to fit, and write to somebody else.
        self.fields["email"].validators.append(MaxLengthValidator(EmailAddress._meta.get_field("email").max_length))
        self.fields["email"].help_text = "Nobody sees it. We send one mail to it now, to be sure that it is yours."
        if "password1" in self.fields:
            self.fields["password1"].help_text = "At least 8 characters, and not one of the common ones."
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            # As long as for an unknown address: the time must not tell that this one is known.
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def save(self, request: HttpRequest) -> User:
        """The slow hash comes before the transaction, which takes the write lock.

        IntegrityError: the name was taken since it was checked.
        """
        adapter = get_adapter()
        fan = adapter.save_user(request, adapter.new_user(request), self, commit=False)
        with transaction.atomic():
            fan.save()
            setup_user_email(request, fan, [EmailAddress(email=self.cleaned_data["email"])])
            self._mark(fan)
        return fan

    def began(self) -> str:
        return self.data.get(baiting.BEGAN) or baiting.began()

    def _mark(self, fan: User) -> None:
        words = " ".join(baiting.marks(self.data))
        for hook in hooks.fan_marked if words else ():
            hook(fan, words)


class ChangePasswordForm(HouseWords, allauth_forms.ChangePasswordForm):
    def clean_password1(self) -> str:
        chosen = self.cleaned_data["password1"]
        if chosen == self.cleaned_data.get("oldpassword"):
            raise ValidationError("That is the password you have now. Choose another one.", code="same_password")
        return chosen


class OwnForm(forms.ModelForm):
    """What a fan says of themselves. It writes its own columns alone: since they were asked who they are the rest of
    the row may have changed, by a new name or a suspension."""

    def save(self, commit: bool = True) -> User:
        with transaction.atomic():
            self.instance.save(update_fields=self._meta.fields)
            require_present(self.instance)
        return self.instance


class ProfileForm(OwnForm):
    picture = forms.FileField(
        required=False,
        label="Your picture",
        help_text=f"JPEG, PNG, WebP, AVIF or GIF, at most {DEFAULT_LIMITS.max_bytes // 1_000_000} MB. We cut a square "
        "out of its middle, and throw away what is hidden in the file.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"}),
    )
    no_picture = forms.BooleanField(required=False, label="Take my picture away")

    class Meta:
        model = User
        fields = ("display_name", "bio")
        labels = {"bio": "About you"}
        widgets = {"bio": forms.Textarea(attrs={"rows": 6, "maxlength": 1000})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.avatar:
            del self.fields["no_picture"]

    def clean_display_name(self) -> str:
        """Left empty, the user name stands in its place."""
        return self.cleaned_data["display_name"] or self.instance.username


class NameForm(forms.Form):
    username = forms.CharField(
        label="New user name",
        min_length=3,
        max_length=30,
        validators=[validate_username],
        help_text="3 to 30 letters, digits, and inside the name _ . or -.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "username"}),
    )


class PrivacyForm(OwnForm):
    class Meta:
        model = User
        fields = ("hides_record", "hides_activity")
        labels = {"hides_record": "Keep my record to myself", "hides_activity": "Keep my activity to myself"}
        help_texts = {
            "hides_record": "Your hits, your skill and your badges; you are on no leaderboard. It still counts, and "
            "comes back when you untick this.",
            "hides_activity": "Your page lists neither your comments nor your part in the lore. Both still stand where "
            "you wrote them.",
        }
