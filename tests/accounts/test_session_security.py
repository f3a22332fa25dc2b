"""Sessions that somebody else knows of, and accounts that somebody asks for."""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.suspending import suspend
from tests.accounts.ways import is_signed_in, link_in_mail, send_sign_in, send_sign_up
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
NEW = {"oldpassword": PASSWORD, "password1": "another-horse-7", "password2": "another-horse-7"}


def thief(client) -> Client:
    """Somebody who has got hold of the cookie."""
    other = Client()
    other.cookies["sessionid"] = client.cookies["sessionid"].value
    return other


def gets_in(client) -> bool:
    return client.get("/settings/").status_code == 200


def test_a_planted_session_is_worth_nothing_once_its_victim_has_signed_in(guest, fan):
    session = guest.session
    session["planted"] = True
    session.save()
    planter = thief(guest)
    send_sign_in(guest)
    assert gets_in(guest)
    assert not gets_in(planter)


@pytest.mark.parametrize("event", ["password", "reset", "sign-out", "suspension", "sign the others out"])
def test_a_stolen_cookie_dies(sign_in, fan, event):
    client, elsewhere = Client(), Client()
    send_sign_in(client)
    send_sign_in(elsewhere)
    stolen = thief(elsewhere if event in {"sign the others out", "reset"} else client)
    assert gets_in(stolen)
    if event == "password":
        client.post(reverse("account_change_password"), NEW)
        assert gets_in(client)
    elif event == "reset":
        Client().post(reverse("account_reset_password"), {"email": fan.email})
        forgetful = Client()
        form = forgetful.get(link_in_mail("password/reset/key")).url
        forgetful.post(form, {name: NEW[name] for name in ("password1", "password2")})
    elif event == "sign-out":
        client.post(reverse("account_logout"))
    elif event == "suspension":
        suspend(fan, None)
    else:
        client.post(reverse("usersessions_list"))
        assert gets_in(client)
    assert not gets_in(stolen)


@pytest.mark.parametrize("way", ["reset", "code", "sign-up"])
def test_whether_an_address_is_known_shows_neither_in_the_answer_nor_in_what_it_costs(fan, way, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))

    def asked(email: str, name: str) -> tuple[object, ...]:
        guest = Client()
        hashed.clear()
        mail.outbox.clear()
        if way == "sign-up":
            sent = send_sign_up(guest, name, email=email)
        else:
            sent = guest.post(
                reverse({"reset": "account_reset_password", "code": "account_request_login_code"}[way]),
                {"email": email},
            )
        page = guest.get(sent.url).content.decode()
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page).replace(email, "")
        return sent.status_code, sent.url, page, len(hashed), len(mail.outbox), is_signed_in(guest)

    assert asked(fan.email, "helen") == asked("nobody@example.org", "helene")


def test_made_up_addresses_of_the_client_do_not_help_guessing(guest, fan, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/ip"}
    tries = [
        guest.post(
            reverse("account_login"),
            {"login": f"nobody-{number}", "password": "wrong"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
        for number in range(4)
    ]
    told = [str(sent.context["form"].errors) for sent in tries if sent.status_code == 200]
    assert tries[-1].status_code == 429 or "Too many tries" in told[-1]
    assert "Too many tries" not in told[0]
