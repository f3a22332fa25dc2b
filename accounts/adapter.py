import hashlib
import logging
import time
from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime

from accounts import hooks, leaving
from accounts.factors import pending
from accounts.models import User
from accounts.suspending import reopen_if_over
from ballerina_site.http import canonical, client_address, stays_here
from ballerina_site.tally import count

log = logging.getLogger("security")
_TRIES, _LOCKED = 5, 5 * 60
"""As allauth locks an account: tries, seconds."""
_WRONG = "That user name, e-mail or password is not right."


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _WRONG,
        "email_password_mismatch": _WRONG,
        "username_taken": "That name is taken, or too close to one that is.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "incorrect_password": "That is not your password.",
        "enter_current_password": "That is not the password you have now.",
        "incorrect_code": "That code is not right, or too old.",
        "duplicate_email": "That address is already yours.",
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        username = super().clean_username(username, shallow=True)
        if not shallow and User.objects.name_taken(username):
            raise self.validation_error("username_taken")
        return username

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        user = super().save_user(request, user, form, commit=False)
        user.display_name = user.display_name or user.username
        if commit:
            user.save()
        return user

    def set_password(self, user: User, password: str) -> None:
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """A suspension that is over ends with the next sign-in, whether or not the clock's job has been round. Who has
        left, and is about to be erased, comes in no more."""
        reopen_if_over(user)
        if leaving.is_shut(user):
            return super().respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Whoever knows the password learns why, and how to appeal."""
        told = next(filter(None, (why(user) for why in hooks.why_closed)), "")
        return redirect(told) if told else super().respond_user_inactive(request, user)

    def is_safe_url(self, url: str) -> bool:
        return bool(url) and stays_here(self.request, url)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:settings")

    # Links in mails are those of SITE_URL: whoever asks may name any Host that reaches us.

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        return canonical(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return canonical(path.replace("UID-KEY", quote(key)))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        context = {**context, "email": email, "site_url": settings.SITE_URL}
        self.render_mail(template_prefix, email, context).send()

    # Tries are counted by account, whether it is called by its name or by one of its addresses.

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        called = credentials.get("email") or credentials.get("username") or ""
        account = _account_called(called)
        return f"account:{account}" if account else f"nobody:{called.lower()}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """That an account is locked is told to who has tried so often by this very name or address. To whoever comes by
        another it is as any wrong try, in words and in time: else one would learn whose address it is."""
        called = (credentials.get("email") or credentials.get("username") or "").casefold()
        name = hashlib.sha256(called.encode()).hexdigest()[:32]
        tries = count(f"sign-in:{name}:{int(time.time()) // _LOCKED}", _LOCKED)
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            make_password(credentials.get("password"))
            if tries > _TRIES or not ratelimit.consume(request, action="login_failed", key=name, dry_run=True):
                raise
            log.warning("sign-in refused: too many tries by another name")
            raise self.validation_error("username_password_mismatch") from None

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Whoever comes in while their second factor is about to be taken off, or their account, hears of it."""
        response = super().post_login(request, user, **kwargs)
        if pending(user):
            messages.warning(request, "Your second factor is about to be taken off. In your settings you can keep it.")
        if departure := leaving.pending(user.pk):
            day = f"{localtime(departure.due_at):%-d %B %Y}"
            messages.warning(request, f"Your account will be removed on {day}. In your settings you can stay.")
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        account = _account_called(credentials.get("email") or credentials.get("username") or "")
        log.warning("sign-in failed: account %s", account or "unknown")


def _account_called(called: str) -> int | None:
    if "@" in called:
        owners = EmailAddress.objects.filter(email=called.lower()).order_by("-verified", "pk")
        return owners.values_list("user_id", flat=True).first()
    return User.objects.named(called).values_list("pk", flat=True).first()
