import logging

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.urls import reverse

from tests.accounts.ways import is_signed_in, link_in_mail, send_sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("login", ["fan", "FAN", "fan@example.org", "Fan@Example.org"])
def test_by_name_or_address(guest, fan, login):
    assert send_sign_in(guest, login).status_code == 302
    assert is_signed_in(guest)


def test_wrong_password_and_unknown_name_have_the_same_words(guest, fan):
    tries = [("fan", "wrong"), ("nobody", "wrong"), ("fan@example.org", "wrong"), ("no@example.org", "wrong")]
    errors = {str(send_sign_in(guest, *each).context["form"].errors) for each in tries}
    assert len(errors) == 1
    assert not is_signed_in(guest)


@pytest.mark.parametrize("login", ["fan", "nobody", "fan@example.org", "no@example.org"])
def test_a_wrong_password_costs_one_hash_whoever_is_called(guest, fan, login, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    send_sign_in(guest, login, "wrong")
    assert len(hashed) == 1


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_next_stays_on_the_site(guest, fan, to):
    assert send_sign_in(guest, next=to).url == reverse("home")


def test_next_leads_back(guest, fan):
    assert send_sign_in(guest, next="/settings/?a=b").url == "/settings/?a=b"


def test_the_session_gets_a_new_key(guest, fan):
    session = guest.session
    session["seen"] = "before"
    session.save()
    before = session.session_key
    send_sign_in(guest)
    assert guest.session.session_key != before
    assert guest.session["seen"] == "before"


def test_unconfirmed_address_has_to_be_confirmed(guest, fan):
    fan.emailaddress_set.update(verified=False)
    assert send_sign_in(guest).url == reverse("account_email_verification_sent")
    assert not is_signed_in(guest)


def test_closed_account(guest, fan, sign_in):
    inside = sign_in(fan)
    fan.is_active = False
    fan.save()
    assert send_sign_in(guest).url == reverse("account_inactive")
    assert inside.get(reverse("accounts:settings")).status_code == 302


def test_failures_are_logged_without_names(guest, fan, caplog):
    with caplog.at_level(logging.WARNING, "security"):
        send_sign_in(guest, "fan@example.org", "wrong")
        send_sign_in(guest, "nobody", "wrong")
    said = [record.getMessage() for record in caplog.records if record.name == "security"]
    assert said == [f"sign-in failed: account {fan.pk}", "sign-in failed: account unknown"]


def test_five_tries_an_account_whatever_it_is_called(guest, fan, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    for login in ("fan", "FAN", "fan@example.org", "fan", "fan@example.org"):
        send_sign_in(guest, login, "wrong")
    assert "is not right" in send_sign_in(guest, "fan").content.decode()
    assert not is_signed_in(guest)


def test_too_many_requests_say_when_to_come_back(guest, settings, db):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    send_sign_in(guest)
    sent = send_sign_in(guest)
    assert sent.status_code == 429
    assert sent.headers["Retry-After"] == "60"


def test_by_mailed_code(guest, fan):
    guest.post(reverse("account_request_login_code"), {"email": fan.email})
    code = next(line for line in mail.outbox[0].body.splitlines() if line.isupper() or line.isdecimal())
    guest.get(reverse("account_confirm_login_code"))
    guest.post(reverse("account_confirm_login_code"), {"code": code})
    assert is_signed_in(guest)


def test_reset(guest, fan, sign_in):
    other_device = sign_in(fan)
    known = guest.post(reverse("account_reset_password"), {"email": fan.email})
    unknown = guest.post(reverse("account_reset_password"), {"email": "no@example.org"})
    assert known.url == unknown.url
    form = guest.get(link_in_mail("password/reset/key", 0)).url
    assert "Choose a new password" in guest.get(form).content.decode()
    guest.post(form, {"password1": "another-horse-7", "password2": "another-horse-7"})
    assert send_sign_in(guest, password=PASSWORD).status_code == 200
    assert send_sign_in(guest, password="another-horse-7").status_code == 302
    assert other_device.get(reverse("accounts:settings")).status_code == 302


def test_a_used_reset_link_is_dead(guest, fan):
    guest.post(reverse("account_reset_password"), {"email": fan.email})
    link = link_in_mail("password/reset/key", 0)
    fan.set_password("another-horse-7")
    fan.save()
    assert "This link does not work" in guest.get(link).content.decode()


def test_sign_out(sign_in, fan):
    client = sign_in(fan)
    assert client.get(reverse("account_logout")).status_code == 200
    left = client.post(reverse("account_logout"))
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert not is_signed_in(client)
