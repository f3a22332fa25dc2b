from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import urlencode

from ballerina_site.http import go, page_of
from ballerina_site.kept import keep_fields

Handler = Callable[[HttpRequest], HttpResponse]


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """To sign-in and back to the page they were on, with what they typed: sessions end under long texts.

    The form token has been checked before, so only a form of ours is kept.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponse]) -> HttpResponse:
        if request.method == "POST":
            keep_fields(request)
        name = self.get_redirect_field_name(view_func)
        to = resolve_url(self.get_login_url(view_func))
        return go(request, f"{to}?{urlencode({name: page_of(request)})}")


def password_change_due(get_response: Handler) -> Handler:
    """Whoever was given a password, as the first administrator is, chooses their own before anything else."""

    def unless_due(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated or not request.user.must_change_password:
            return get_response(request)
        change, leave = reverse("account_change_password"), reverse("account_logout")
        if request.path in {change, leave} or request.path.startswith(settings.STATIC_URL):
            return get_response(request)
        return go(request, f"{change}?{urlencode({REDIRECT_FIELD_NAME: page_of(request)})}")

    return unless_due


def second_factor_due(get_response: Handler) -> Handler:
    """In production staff come to their rooms only with a second factor."""

    def unless_due(request: HttpRequest) -> HttpResponse:
        if not _is_staff_room(request) or is_mfa_enabled(request.user):
            return get_response(request)
        messages.warning(request, "Staff sign in with a second factor. Set one up, then you can go on.")
        return go(request, reverse("mfa_index"))

    return unless_due


def _is_staff_room(request: HttpRequest) -> bool:
    rooms = (reverse("admin:index"), "/moderation/")
    return (
        settings.IS_PRODUCTION
        and request.path.startswith(rooms)
        and not request.path.startswith("/moderation/log/")
        and request.user.is_authenticated
        and request.user.is_staff
    )
