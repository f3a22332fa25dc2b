"""What somebody who attacked the site over HTTP found, and what others could try."""

import re
from email import message_from_bytes
from email.policy import default

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.test import RequestFactory
from django.urls import reverse

from accounts import factors, views_factors
from accounts.letters import packed, unpacked
from ballerina_site import errors
from ballerina_site.http import client_network
from tests.accounts.ways import send_sign_in
from tests.factories import PASSWORD, make_fan

pytestmark = pytest.mark.django_db


def test_five_tries_at_a_name_do_not_tell_whose_an_address_is(guest, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    rooney = make_fan("rooney")
    make_fan("nogi")
    for _ in range(6):
        send_sign_in(guest, "rooney", "not-the-password-1")
    theirs = send_sign_in(guest, rooney.email, "not-the-password-1").content.decode()
    others = send_sign_in(guest, "nogi@example.org", "not-the-password-1").content.decode()
    assert "is not right" in theirs and "is not right" in others
    assert "Too many tries" not in theirs + others
    right = send_sign_in(guest, rooney.email, PASSWORD).content.decode()
    assert "is not right" in right, "and it is locked all the same"
    for login in ("rooney", "nobody-at-all"):
        told = [send_sign_in(guest, login, "not-the-password-1").content.decode() for _ in range(6)]
        assert "Too many tries" in told[-1], login


def test_what_an_administrator_changes_is_told_by_mail(sign_in, admin):
    fan, client = make_fan("rooney"), sign_in(admin)
    change = reverse("admin:auth_user_password_change", args=[fan.pk])
    client.post(change, {"usable_password": "true", "password1": "new-horse-4242", "password2": "new-horse-4243"})
    assert not mail.outbox
    client.post(change, {"usable_password": "true", "password1": "new-horse-4242", "password2": "new-horse-4242"})
    fan.refresh_from_db()
    assert fan.check_password("new-horse-4242")
    page = reverse("admin:accounts_user_change", args=[fan.pk])
    fields = {field.html_name: field.value() for field in client.get(page).context["adminform"].form}
    address = fan.emailaddress_set.get()
    rows = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1, "0-id": address.pk, "0-user": fan.pk, "0-email": "other@example.org"}
    rows |= {"0-verified": "on", "0-primary": "on"}
    fields = {name: value for name, value in fields.items() if value not in (None, False)}
    assert (
        client.post(page, fields | {f"emailaddress_set-{name}": value for name, value in rows.items()}).status_code
        == 302
    )
    told = [(message.subject, message.to) for message in mail.outbox]
    assert told == [("Your password has changed", [fan.email]), ("Your address has changed", [fan.email])]


def test_in_the_admin_ones_own_password_is_changed_where_it_is_told(sign_in, admin):
    answer = sign_in(admin).get(reverse("admin:password_change"))
    assert answer.status_code == 302 and answer.url == reverse("account_change_password")


def test_a_short_text_sent_too_fast_is_handed_back_too():
    request = RequestFactory().post(
        "/theories/1/x/comment/", {"text": "Yes!", "scope": "4", "csrfmiddlewaretoken": "x"}
    )
    request.csrf_processing_done = True
    sent = errors._sent(request)
    assert sent["fields"] == [("text", "Yes!"), ("scope", "4")] and sent["address"] == "/theories/1/x/comment/"


def test_a_subject_holds_what_was_typed_and_no_coded_word():
    typed = "Will =?utf-8?q?Moderator=E2=80=AE?= come back"
    sent = EmailMessage(f"An answer in “{typed}”", "body", "a@example.org", ["b@example.org"])
    raw = [message.message().as_bytes() for message in (sent, unpacked(packed(sent)))]
    naive, ours = (str(message_from_bytes(each, policy=default)["Subject"]) for each in raw)
    assert "\u202e" in naive and typed not in naive
    assert typed in ours.replace("\u200b", "") and "\u202e" not in ours


def test_stopped_at_the_very_moment_of_confirming_is_no_failure(guest, monkeypatch):
    fan = make_fan("rooney")
    factors.ask(fan)
    reset = fan.factor_reset
    monkeypatch.setattr(views_factors.factors, "to_confirm", lambda token: reset)
    factors.stop(fan)
    answer = guest.post(reverse("confirm_lost_factor", args=["any"]))
    assert answer.status_code == 409 and "It has been stopped meanwhile." in answer.text


def test_a_thief_neither_floods_the_owner_nor_kills_their_link(guest, mailoutbox):
    fan = make_fan("rooney")
    for _ in range(factors.MOST_LINKS):
        factors.ask(fan)
    with pytest.raises(ValidationError):
        factors.ask(fan)
    assert len(mailoutbox) == factors.MOST_LINKS
    for message in mailoutbox:
        link = re.search(r"/accounts/2fa/lost/\S+", message.body).group()
        assert guest.get(link).status_code == 200


def test_an_address_is_one_however_it_is_written():
    asked = [RequestFactory().get("/", REMOTE_ADDR=address) for address in ("192.0.2.7", "::ffff:192.0.2.7")]
    assert {client_network(request) for request in asked} == {"192.0.2.7"}
