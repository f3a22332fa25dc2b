from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.ways import is_signed_in, link_in_mail, send_sign_up
from tests.factories import make_fan

pytestmark = pytest.mark.django_db


def test_through_the_mailed_link_and_back_to_where_one_was(guest):
    sent = send_sign_up(guest, next="/settings/profile/")
    assert sent.url == reverse("account_email_verification_sent")
    assert not is_signed_in(guest)
    link = link_in_mail("confirm-email")
    assert "rooney" in guest.get(link).content.decode()
    confirmed = guest.post(link)
    assert confirmed.url == "/settings/profile/"
    assert is_signed_in(guest)
    assert User.objects.get(username="rooney").display_name == "rooney"


def test_looking_at_the_link_confirms_nothing(guest):
    send_sign_up(guest)
    guest.get(link_in_mail("confirm-email"))
    assert not User.objects.get(username="rooney").emailaddress_set.get().verified


def test_another_browser_confirms_but_is_not_signed_in(guest):
    send_sign_up(guest)
    elsewhere = Client()
    elsewhere.post(link_in_mail("confirm-email"))
    assert User.objects.get(username="rooney").emailaddress_set.get().verified
    assert not is_signed_in(elsewhere)


def test_the_host_of_the_request_does_not_reach_the_mail(guest, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://archive.example"
    guest.post(
        reverse("account_signup"),
        {"username": "rooney", "email": "r@example.org", "password1": "correct-horse-42"},
        headers={"Host": "evil.example"},
    )
    assert "https://archive.example/accounts/confirm-email/" in mail.outbox[0].body
    assert "evil" not in mail.outbox[0].body


def test_a_known_address_gets_the_same_answer_and_another_mail(guest, fan):
    sent = send_sign_up(guest, "rooney", email=fan.email)
    assert sent.url == reverse("account_email_verification_sent")
    assert mail.outbox[0].to == [fan.email]
    assert "already" in mail.outbox[0].body
    assert not User.objects.filter(username="rooney").exists()


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "Archive",
        "m0derator",
        "th.e-archive",
        "ab",
        "a b",
        "rooney.",
        "..",
        "rоoney",
        "x" * 31,
        "a@b.example",
    ],
)
def test_names_that_nobody_may_have(guest, name):
    sent = send_sign_up(guest, name, email="r@example.org")
    assert sent.status_code == 200
    assert sent.context["form"].errors["username"]
    assert not mail.outbox


def test_an_address_too_long_is_not_cut_to_fit(guest):
    sent = send_sign_up(guest, "rooney", email=f"{'x' * 250}@example.org")
    assert sent.context["form"].errors["email"]
    assert not mail.outbox


@pytest.mark.parametrize("name", ["Rooney1", "rooneyl", "R00NEYI"])
def test_names_too_close_to_a_taken_one(guest, name):
    make_fan(username="rooneyi")
    errors = send_sign_up(guest, name).context["form"].errors
    assert errors["username"] == ["That name is taken, or too close to one that is."]


@pytest.mark.parametrize("password", ["short", "password", "12345678901", "x" * 4097, "rooney-rooney"])
def test_passwords_that_are_refused(guest, password):
    sent = send_sign_up(guest, "rooney-rooney", password1=password)
    assert len(sent.context["form"].errors["password1"]) == 1  # one fault at a time


@pytest.mark.parametrize("address", ["/accounts/signup/", "/accounts/password/reset/"])
def test_what_is_no_address_is_called_what_the_field_is(guest, address):
    assert "Enter a valid e-mail address." in guest.post(address, {"email": "rooney"}).content.decode()


def test_what_was_typed_is_still_there(guest):
    page = send_sign_up(guest, "admin", email="r@example.org").content.decode()
    assert 'value="admin"' in page
    assert 'value="r@example.org"' in page
    assert "correct-horse-42" not in page


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_for_one_name():
    start = Barrier(8)

    def sign_up(number: int):
        client = Client()
        start.wait()
        try:
            return send_sign_up(client, "rooney", email=f"r{number}@example.org").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as crowd:
        statuses = sorted(crowd.map(sign_up, range(8)))
    assert statuses == [200] * 7 + [302]
    assert User.objects.filter(username="rooney").count() == 1


def test_a_name_taken_since_it_was_checked_is_a_form_error(guest, monkeypatch):
    make_fan(username="rooney")
    answers = iter([False, True])
    monkeypatch.setattr(type(User.objects), "name_taken", lambda self, name: next(answers))
    sent = send_sign_up(guest, "R0oney", email="other@example.org")
    assert sent.context["form"].errors["username"]
    assert not mail.outbox
    assert not connection.needs_rollback
