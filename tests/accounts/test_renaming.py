"""Another user name: the old one leads on for a time, and is nobody else's meanwhile."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import renaming
from accounts.models import FormerName, User
from tests.accounts.ways import send_sign_in, send_sign_up
from tests.factories import PASSWORD, make_fan
from tests.factories_theories import make_comment, make_theory

pytestmark = pytest.mark.django_db
NAME = "/settings/name/"


@pytest.fixture
def fan(db):
    """Not called so: that name is reserved."""
    return make_fan(username="winston")


@pytest.fixture
def client(fan):
    """Has just given the password."""
    client = Client()
    send_sign_in(client, "winston")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_the_old_name_leads_on_and_in_texts_too(client, fan, author):
    theory = make_theory(author)
    make_comment(author, theory, "Ask @winston.")
    sent = client.post(NAME, {"username": "Rooney"})
    assert (sent.status_code, sent.url) == (303, "/fans/Rooney/")
    assert client.get("/fans/WINSTON/?show=comments").url == "/fans/Rooney/?show=comments"
    page = client.get(theory.get_absolute_url()).content.decode()
    assert 'href="/fans/winston/"' in page
    [told] = mail.outbox
    assert told.to == ["winston@example.org"]
    assert "from winston to Rooney" in told.body
    fan.refresh_from_db()
    # Whoever showed no other name than the user name is shown by the new one.
    assert (fan.username, fan.display_name) == ("Rooney", "Rooney")


def test_a_former_name_is_nobody_elses(client, fan, guest, author):
    client.post(NAME, {"username": "Rooney"})
    for name in ("winston", "W1NSTON"):
        assert send_sign_up(guest, name, email="new@example.org").status_code == 200
        with pytest.raises(ValidationError):
            renaming.rename(author, name)
    assert not User.objects.named("winston").exists()
    # When its time is over it is free.
    FormerName.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert guest.get("/fans/winston/").status_code == 404
    assert not User.objects.name_taken("winston")


def test_once_in_thirty_days(client, fan):
    client.post(NAME, {"username": "Rooney"})
    answer = client.post(NAME, {"username": "Macarro"})
    assert answer.status_code == 422
    again = renaming.next_change(fan)
    assert f"{again:%-d %B %Y}" in answer.content.decode()
    assert f"{again:%-d %B %Y}" in client.get(NAME).content.decode()
    assert timedelta(days=29) < again - timezone.now() < timedelta(days=30)
    FormerName.objects.update(until=timezone.now() + renaming.KEPT - renaming.EVERY)
    # Back to the name of before, which nobody else could have taken.
    assert client.post(NAME, {"username": "winston"}).status_code == 303
    assert client.get("/fans/rooney/").url == "/fans/winston/"


@pytest.mark.parametrize("name", ["admin", "auth0r", "AUTHOR", "winston", "a b", "x" * 31, "ab", "", "Мorgan"])
def test_names_that_cannot_be(client, fan, author, name):
    answer = client.post(NAME, {"username": name})
    assert answer.status_code == 422
    assert answer.context["form"].errors["username"]
    assert User.objects.get(pk=fan.pk).username == "winston"
    assert not mail.outbox


def test_ones_own_name_in_another_case(client, fan):
    assert client.post(NAME, {"username": "Winston"}).status_code == 303
    assert client.get("/fans/winston/").status_code == 200


def test_the_password_comes_first_and_what_was_typed_is_kept(sign_in, fan):
    client = sign_in(fan)
    asks = client.post(NAME, {"username": "Rooney"})
    assert asks.url.startswith(reverse("account_reauthenticate"))
    assert User.objects.get(pk=fan.pk).username == "winston"
    assert client.post(asks.url, {"password": PASSWORD}).url == "/fans/Rooney/"
    assert User.objects.get(pk=fan.pk).username == "Rooney"


def test_the_name_of_somebody_suspended_leads_nowhere(guest, fan):
    renaming.FormerName.objects.create(fan=fan, username="old", until=timezone.now() + timedelta(days=1))
    assert guest.get("/fans/old/").status_code == 302
    User.objects.filter(pk=fan.pk).update(is_active=False)
    assert guest.get("/fans/old/").status_code == 404


def test_a_race_for_one_name_is_a_form_error(client, fan, monkeypatch):
    make_fan(username="rooney")
    monkeypatch.setattr(type(User.objects), "name_taken", lambda *args, **kwargs: False)
    assert client.post(NAME, {"username": "rooney"}).context["form"].errors["username"]


def test_a_name_refused_after_showing_who_one_is_can_be_sent_again(fan):
    """The form then stands at the address of the password: it must not be sent there."""
    client = Client()
    send_sign_in(client, "winston")
    asked = client.post(NAME, {"username": "admin"})
    answer = client.post(asked.url, {"password": PASSWORD}, follow=True)
    shown = answer.content.decode()
    assert "That name is reserved." in shown
    assert f'action="{NAME}"' in shown or answer.request["PATH_INFO"] == NAME


@pytest.mark.parametrize("address", [NAME, "/settings/data/leave/"])
def test_whoever_asks_for_the_head_alone_is_let_in_as_for_the_page(fan, address):
    client = Client()
    send_sign_in(client, "winston")
    client.get("/")
    assert client.head(address).status_code == client.get(address).status_code == 200


def test_who_is_named_by_the_old_name_hears_of_it_for_a_season(client, fan, author):
    client.post(NAME, {"username": "Rooney"})
    theory = make_theory(author)
    said = make_comment(author, theory, "And you, @Winston?")
    assert '<a href="/fans/Rooney/">@Winston</a>' in said.compiled["html"]
    assert fan.notices.filter(kind="mention", object_id=said.pk).exists()
    FormerName.objects.update(until=timezone.now())
    assert "href" not in make_comment(author, theory, "Still there, @winston?").compiled["html"]
