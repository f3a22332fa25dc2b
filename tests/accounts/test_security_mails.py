"""Whoever owns an account hears of every change that opens or closes it."""

from time import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.accounts.ways import is_signed_in, link_in_mail, send_sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(fan):
    client = Client()
    send_sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def told() -> list[str]:
    """What the first address was told of, oldest first."""
    return [sent.subject for sent in mail.outbox if sent.to == ["fan@example.org"]]


def test_password(client):
    new = {"oldpassword": PASSWORD, "password1": "another-horse-7", "password2": "another-horse-7"}
    client.post(reverse("account_change_password"), new)
    assert told() == ["Your password has changed"]
    assert "network address" in mail.outbox[0].body


def test_addresses(client, fan):
    address = reverse("account_email")
    client.post(address, {"email": "other@example.org", "action_add": ""})
    client.post(link_in_mail("confirm-email"))
    client.post(address, {"email": "other@example.org", "action_primary": ""})
    assert EmailAddress.objects.get_primary_email(fan) == "other@example.org"
    client.post(address, {"email": "fan@example.org", "action_remove": ""})
    assert told() == ["Your address has changed"]
    assert len([sent for sent in mail.outbox if sent.to == ["other@example.org"]]) == 2, mail.outbox


def test_second_factor_and_recovery_codes(client, fan, django_capture_on_commit_callbacks):
    page = client.get(reverse("mfa_activate_totp"))
    code = format_hotp_value(hotp_value(page.context["form"].secret, int(time()) // 30))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))
    shown = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = Authenticator.objects.get(user=fan, type="recovery_codes").wrap().get_unused_codes()
    assert codes[0] in shown
    assert codes[0] in client.get(reverse("mfa_download_recovery_codes")).content.decode()
    client.post(reverse("mfa_deactivate_totp"))
    assert len(told()) == len(set(told())) == 3, told()
    assert codes[0] not in "".join(sent.body for sent in mail.outbox)


def test_keys(client, fan):
    TOTP.activate(fan, generate_totp_secret())
    get_adapter()
    key = Authenticator.objects.create(user=fan, type="webauthn", data={"name": "Yubi", "credential": {}})
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert not Authenticator.objects.filter(pk=key.pk).exists()
    assert len(told()) == 1


def test_signing_the_others_out(client, fan):
    other = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    send_sign_in(other)
    page = client.get(reverse("usersessions_list")).content.decode()
    assert "Firefox on Windows" in page
    assert UserSession.objects.filter(user=fan).count() == 2
    client.post(reverse("usersessions_list"))
    assert other.get("/settings/").status_code == 302
    assert not is_signed_in(other)
    assert client.get("/settings/").status_code == 200
