"""Leaving, from the question to the end: slept over, stopped, carried out, and safe against what happens meanwhile."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import exporting, hooks, leaving
from accounts.models import Departure, Export, User
from tests.factories import PASSWORD, make_fan
from tests.factories_theories import (
    make_comment,
    make_forecast,
    make_theory,
    make_vote,
    resolved,
    writing,
)
from theories.counting import recount
from theories.models import Forecast, Score, Theory, Vote
from theories.posting import publish
from theories.scoring_rows import restand, score_theory

pytestmark = pytest.mark.django_db
NOW_DUE = {"due_at": timezone.now() - timedelta(minutes=5)}


@pytest.fixture
def signed_in(fan):
    """With the password, so that what asks for it again does not."""
    client = Client()
    client.post("/accounts/login/", {"login": fan.username, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def shut(fan, posts="anonymise"):
    leaving.ask(fan, posts)
    Departure.objects.filter(fan=fan).update(**NOW_DUE)
    assert leaving.carry_out() == 0
    Departure.objects.filter(fan=fan).update(shut_at=timezone.now() - leaving.SETTLING)


def leave(fan, posts="anonymise"):
    shut(fan, posts)
    assert leaving.carry_out() == 1


def test_asking_takes_the_name_and_can_be_taken_back_from_the_mail(signed_in, fan, guest, mailoutbox):
    form = {"posts": "remove", "username": "fann"}
    refused = signed_in.post("/settings/data/leave/", form)
    assert refused.status_code == 422
    assert "That is not your user name." in refused.content.decode() and 'value="fann"' in refused.content.decode()
    assert signed_in.post("/settings/data/leave/", form | {"username": "@Fan"}).status_code == 303
    departure = Departure.objects.get(fan=fan)
    assert (departure.posts, departure.due_at - departure.asked_at) == ("remove", leaving.GRACE)
    for page in ("/settings/", "/settings/data/", "/settings/data/leave/"):
        assert "Your account will be removed on" in signed_in.get(page).content.decode()
    # Another choice, the same day, and no second mail.
    signed_in.post("/settings/data/leave/", {"posts": "anonymise", "username": "fan"})
    again = Departure.objects.get(fan=fan)
    assert (again.posts, again.due_at) == ("anonymise", departure.due_at)
    [letter] = [each for each in mailoutbox if each.to == ["fan@example.org"]]
    link = re.search(r"https?://[^/]+(/accounts/stay/\S+)", letter.body)[1]
    assert guest.get(link[:-3] + "xy/").status_code == 404
    looked = guest.get(link)
    assert looked.status_code == 200 and Departure.objects.exists()
    assert "You stay" in guest.post(link).content.decode()
    assert not Departure.objects.exists()
    assert guest.get(link).status_code == 404


def test_signing_in_says_it_and_a_button_stops_it(fan):
    leaving.ask(fan, "anonymise")
    client = Client()
    answer = client.post("/accounts/login/", {"login": "fan", "password": PASSWORD}, follow=True)
    assert "In your settings you can stay." in answer.content.decode()
    assert client.post("/settings/data/stay/").status_code == 303
    assert not Departure.objects.exists()


def test_staff_lay_that_down_first(moderator):
    with pytest.raises(ValidationError, match="staff"):
        leaving.ask(moderator, "remove")
    assert not Departure.objects.exists()


def test_nothing_happens_before_its_time_and_then_nobody_comes_in(fan, signed_in):
    leaving.ask(fan, "anonymise")
    assert leaving.carry_out() == 0
    assert signed_in.get("/settings/").status_code == 200
    assert Departure.objects.get().shut_at is None
    Departure.objects.update(**NOW_DUE)
    call_command("erase_departed")
    assert signed_in.get("/settings/").status_code == 302  # it was open until now
    assert not User.objects.get(pk=fan.pk).is_gone  # what is under way comes to its end first
    assert not leaving.stop(fan)
    late = Client()
    late.post("/accounts/login/", {"login": "fan", "password": PASSWORD})
    assert late.get("/settings/").status_code == 302
    Departure.objects.update(shut_at=timezone.now() - leaving.SETTLING)
    call_command("erase_departed")
    gone = User.objects.get(pk=fan.pk)
    assert gone.is_gone and gone.username.startswith("gone-")
    for path in ("/fans/fan/", f"/fans/{gone.username}/"):
        assert Client().get(path).status_code == 404
    assert leaving.carry_out() == 0


def test_who_comes_after_can_have_the_name_and_nobody_one_like_the_nameless(fan, guest):
    leave(fan)
    assert not User.objects.name_taken("fan")
    fields = {"email": "new@example.org", "password1": "a-good-long-one-77", "password2": "a-good-long-one-77"}
    for name in ("gone-abcdefghij", "gone"):
        assert guest.post("/accounts/signup/", fields | {"username": name}).status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()


def test_scores_of_others_hold_to_the_bit(fan, author):
    others = [make_fan(f"other-{number}") for number in range(3)]
    ended, going = make_theory(author), make_theory(author, claim="Winston returns.")
    for theory in (ended, going):
        make_vote(fan, theory)
        for place, one in enumerate([fan, *others]):
            make_forecast(one, theory, 35 + 15 * place)
    begun = timezone.now() - timedelta(days=9)
    Theory.objects.filter(pk=ended.pk).update(opened_at=begun, **resolved("confirmed"))
    recount([ended.pk])
    restand(score_theory(ended.pk))
    columns = ("fan_id", "brier", "crowd_brier", "last", "lasted")
    before = list(Score.objects.order_by("fan_id").values_list(*columns))
    assert len(before) == 4
    counts = Theory.objects.filter(pk=ended.pk).values("believe_count", "crowd", "hot").get()
    leave(fan, "remove")
    score_theory(ended.pk)
    assert list(Score.objects.order_by("fan_id").values_list(*columns)) == before
    assert Theory.objects.filter(pk=ended.pk).values("believe_count", "crowd", "hot").get() == counts
    assert not Vote.objects.filter(fan=fan, theory=going).exists()
    assert not Forecast.objects.filter(fan=fan, theory=going).exists()
    going.refresh_from_db()
    assert (going.believe_count, going.forecast_count) == (0, 3)
    call_command("recount", check=True)


def test_a_post_under_way_does_not_slip_through(fan, author):
    theory = make_theory(author)
    stale = User.objects.get(pk=fan.pk)
    leave(fan)
    with pytest.raises(PermissionDenied):
        publish(stale, writing(claim="Too late."))
    with pytest.raises(PermissionDenied):
        make_comment(stale, theory, "Too late.")
    assert not Theory.objects.filter(claim="Too late.").exists()


def test_broken_off_it_goes_on_and_others_do_not_wait(fan, author, monkeypatch):
    make_theory(fan, claim="Mine alone.")

    def break_off(leaver, posts):
        if leaver.pk == fan.pk:
            raise OSError

    monkeypatch.setattr(hooks, "fan_erase", [*hooks.fan_erase, break_off])
    for leaver in (fan, author):
        leaving.ask(leaver, "remove")
    Departure.objects.update(**NOW_DUE, shut_at=timezone.now() - timedelta(hours=1))
    assert leaving.carry_out() == 1
    assert list(User.objects.exclude(erased_at=None)) == [author]
    monkeypatch.undo()
    assert leaving.carry_out() == 1
    assert not EmailAddress.objects.exists()


def test_leaving_while_data_is_packed_leaves_no_file(fan, monkeypatch):
    export = Export.objects.create(fan=fan, asked_at=timezone.now())

    def left_meanwhile(found):
        leave(fan)
        return []

    monkeypatch.setattr(hooks, "fan_export", [left_meanwhile])
    exporting.pack(export.pk)
    assert not Export.objects.exists()
    assert not exporting.default_storage.exists(exporting.folder_of(fan.pk))
    assert not mail.outbox or all("example.org" in each.to[0] for each in mail.outbox)


def test_an_operator_asks_for_who_is_shut_out(fan, moderator, mailoutbox, capsys):
    User.objects.filter(pk=fan.pk).update(is_active=False)
    call_command("let_leave", fan.username.upper(), "remove")
    assert Departure.objects.get().posts == "remove" and "is removed on" in capsys.readouterr().out
    assert [sent.to for sent in mailoutbox] == [[fan.email]]
    for name in ("nobody-here", moderator.username):
        with pytest.raises(CommandError):
            call_command("let_leave", name, "anonymise")
