"""Every page of the accounts: one heading, our look, nothing inline, kept by nobody."""

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from tests.accounts.ways import is_signed_in, send_sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
FOR_GUESTS = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_request_login_code",
    "account_email_verification_sent",
    "account_inactive",
    "accounts:theme",
]
FOR_FANS = [
    "account_email",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "usersessions_list",
    "socialaccount_connections",
    "accounts:settings",
    "accounts:profile",
]
WITH_SECOND_FACTOR = [
    "mfa_index",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_deactivate_totp",
]


def assert_is_sound(answer) -> None:
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("<h1") == 1
    assert page.count("<main") == 1
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page))


@pytest.mark.parametrize("name", FOR_GUESTS)
def test_for_guests(guest, name):
    assert_is_sound(guest.get(reverse(name)))


@pytest.fixture
def inside(guest, fan):
    """Signed in and asked for the password once more, so that no page asks for it again."""
    send_sign_in(guest)
    guest.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return guest


@pytest.mark.parametrize("name", FOR_FANS)
def test_for_fans(inside, name):
    assert_is_sound(inside.get(reverse(name)))


@pytest.mark.parametrize("name", WITH_SECOND_FACTOR)
def test_with_a_second_factor(inside, fan, name):
    TOTP.activate(fan, generate_totp_secret())
    RecoveryCodes.activate(fan)
    assert_is_sound(inside.get(reverse(name)))


def test_keys_to_the_account_ask_for_the_password_once_more(guest, fan):
    send_sign_in(guest)
    answer = guest.get(reverse("mfa_activate_totp"))
    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_links_that_do_not_work(guest):
    assert_is_sound(guest.get(reverse("account_confirm_email", args=["nonsense"])))
    assert_is_sound(guest.get(reverse("account_reset_password_from_key", args=["1", "nonsense"])))


def test_a_second_factor_is_asked_for(guest, fan):
    TOTP.activate(fan, generate_totp_secret())
    codes = RecoveryCodes.activate(fan)
    assert send_sign_in(guest, next="/settings/").url == reverse("mfa_authenticate")
    assert_is_sound(guest.get(reverse("mfa_authenticate")))
    guest.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_signed_in(guest)
    back = guest.post(reverse("mfa_authenticate"), {"code": codes.get_unused_codes()[0]})
    assert back.url == "/settings/"
    assert is_signed_in(guest)


def test_options_of_a_passkey_come_as_json(guest):
    answer = guest.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    assert answer.json()["request_options"]["publicKey"]["challenge"]


def test_addresses_are_managed(inside, fan):
    inside.post(reverse("account_email"), {"action_add": "", "email": "second@example.org"})
    assert fan.emailaddress_set.filter(email="second@example.org", verified=False).exists()
    assert "not confirmed yet" in inside.get(reverse("account_email")).content.decode()
    inside.post(reverse("account_email"), {"action_remove": "", "email": "second@example.org"})
    assert fan.emailaddress_set.count() == 1


def test_sessions_name_no_network_address(inside):
    page = inside.get(reverse("usersessions_list")).content.decode()
    assert "this one" in page
    assert "127.0.0.1" not in page
