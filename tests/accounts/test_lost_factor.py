"""The second factor is lost: password, a link in a mail, three days in which it can be stopped."""

import logging
import re
from datetime import timedelta
from time import time

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import FactorReset, User
from tests.accounts.ways import is_signed_in, link_in_mail, send_sign_in

pytestmark = pytest.mark.django_db
LOST = "/accounts/2fa/lost/"


@pytest.fixture
def elsewhere():
    """A browser in which the fan is signed in since before."""
    return Client()


@pytest.fixture
def fan(fan, elsewhere):
    send_sign_in(elsewhere)
    TOTP.activate(fan, generate_totp_secret())
    return fan


@pytest.fixture
def at_the_door(fan):
    """The password was right; the second factor is asked for."""
    client = Client()
    assert send_sign_in(client).url == "/accounts/2fa/authenticate/"
    return client


def age(hours: int) -> None:
    for reset in FactorReset.objects.all():
        reset.due_at = timezone.now() - timedelta(hours=hours)
        reset.save()


def go(client) -> None:
    assert client.post(LOST).status_code == 200
    assert Client().post(link_in_mail("2fa/lost")).status_code == 200


def test_the_whole_way(at_the_door, fan, elsewhere):
    assert LOST in at_the_door.get("/accounts/2fa/authenticate/").content.decode()
    assert "recovery codes" in at_the_door.get(LOST).content.decode()
    assert not mail.outbox
    assert "We have sent a mail" in at_the_door.post(LOST).content.decode()
    link = link_in_mail("2fa/lost")
    # Mail readers open links by themselves: that alone starts nothing.
    assert "Yes, I have lost it" in Client().get(link).content.decode()
    assert FactorReset.objects.get().due_at is None
    assert Client().post(link).status_code == 200
    due = FactorReset.objects.get().due_at
    assert timedelta(hours=71) < due - timezone.now() <= timedelta(hours=72)
    assert "Stop it" in Client().get(link_in_mail("2fa/keep")).content.decode()
    # Once more does not set the clock anew, nor does asking again.
    Client().post(link)
    assert at_the_door.post(LOST).status_code == 422
    assert FactorReset.objects.get().due_at == due
    assert "Keep it" in elsewhere.get("/settings/").content.decode()
    call_command("take_off_factors")
    assert Authenticator.objects.filter(user=fan).exists()
    age(hours=1)
    call_command("take_off_factors")
    call_command("take_off_factors")
    assert not Authenticator.objects.filter(user=fan).exists()
    assert elsewhere.get("/settings/").status_code == 302
    assert [told.subject for told in mail.outbox][-1] == "Your second factor has been taken off"
    assert len(mail.outbox) == 3
    client = Client()
    send_sign_in(client)
    assert is_signed_in(client)


@pytest.mark.parametrize("way", ["mail", "settings"])
def test_it_can_be_stopped(at_the_door, fan, sign_in, way):
    go(at_the_door)
    if way == "mail":
        link = link_in_mail("2fa/keep")
        assert "It stays" in Client().post(link).content.decode()
        assert Client().get(link).status_code == 404
    else:
        assert sign_in(fan).post("/settings/factor/keep/").status_code == 303
    assert not FactorReset.objects.exists()
    call_command("take_off_factors")
    assert Authenticator.objects.filter(user=fan).exists()


def test_who_signs_in_meanwhile_hears_of_it(at_the_door, fan):
    go(at_the_door)
    secret = TOTP(Authenticator.objects.get(user=fan, type="totp")).instance.data["secret"]
    code = format_hotp_value(hotp_value(get_adapter().decrypt(secret), int(time()) // 30))
    answer = at_the_door.post("/accounts/2fa/authenticate/", {"code": code}, follow=True)
    assert "about to be taken off" in answer.content.decode()


def test_a_mail_alone_is_not_enough(fan):
    """Who came by a code in a mail has not shown that they know the password."""
    client = Client()
    client.post("/accounts/login/code/", {"email": "fan@example.org"})
    code = re.search(r"^[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}$", mail.outbox[-1].body, re.MULTILINE)[0]
    client.post("/accounts/login/code/confirm/", {"code": code})
    answer = client.get(LOST)
    assert "sign in with your password" in answer.content.decode()
    client.post(LOST)
    assert not FactorReset.objects.exists()


def test_links_that_are_forged_old_or_of_another_time(at_the_door, fan):
    at_the_door.post(LOST)
    link = link_in_mail("2fa/lost")
    token = link.split("/")[-2]
    assert Client().get(f"/accounts/2fa/keep/{token}/").status_code == 404
    assert Client().get(f"/accounts/2fa/lost/{token[:-1]}x/").status_code == 404
    FactorReset.objects.update(asked_at=timezone.now() + timedelta(minutes=1))
    assert Client().get(link).status_code == 404
    assert Client().get(LOST).url == "/accounts/login/"


def test_staff_ask_another_administrator(at_the_door, fan, sign_in, admin):
    User.objects.filter(pk=fan.pk).update(is_staff=True)
    assert "another administrator" in at_the_door.get(LOST).content.decode()
    assert at_the_door.post(LOST).status_code == 422
    assert not FactorReset.objects.exists()
    TOTP.activate(admin, generate_totp_secret())
    act = {"action": "take_off_second_factor", "_selected_action": [fan.pk, admin.pk]}
    answer = sign_in(admin).post("/admin/accounts/user/", act, follow=True)
    assert "Another administrator has to do that." in answer.content.decode()
    assert set(Authenticator.objects.values_list("user", flat=True)) == {admin.pk}
    assert mail.outbox[-1].to == ["fan@example.org"]


def test_who_became_staff_meanwhile_keeps_it(at_the_door, fan, caplog):
    go(at_the_door)
    User.objects.filter(pk=fan.pk).update(is_staff=True)
    age(hours=1)
    caplog.set_level(logging.WARNING, "security")
    call_command("take_off_factors")
    assert Authenticator.objects.filter(user=fan).exists()
    assert not FactorReset.objects.exists()
