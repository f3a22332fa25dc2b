import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from ballerina_site.kept import keep_fields, kept_fields
from tests.accounts.ways import send_sign_in

pytestmark = pytest.mark.django_db
PROFILE = "/settings/profile/"


def next_of(response) -> str:
    return parse_qs(urlsplit(response.url).query)["next"][0]


def test_a_page_leads_to_sign_in_and_back(guest):
    answer = guest.get(f"{PROFILE}?a=b")
    assert answer.url.startswith(reverse("account_login"))
    assert next_of(answer) == f"{PROFILE}?a=b"


def test_what_was_typed_survives_sign_in(guest, fan):
    sent = guest.post(PROFILE, {"display_name": "Ruska", "bio": "I dance.", "password": "secret-7"})
    back = send_sign_in(guest, next=next_of(sent))
    page = guest.get(back.url).content.decode()
    assert "We kept what you typed" in page
    assert "I dance." in page
    assert 'value="Ruska"' in page
    assert "secret-7" not in str(dict(guest.session))
    assert "We kept" not in guest.get(PROFILE).content.decode()


def test_a_form_leads_back_to_the_page_it_stood_on(guest):
    here = guest.post(PROFILE, headers={"Referer": "http://testserver/lore/?kind=place"})
    elsewhere = guest.post(PROFILE, headers={"Referer": "https://evil.example/lore/"})
    assert next_of(here) == "/lore/?kind=place"
    assert next_of(elsewhere) == PROFILE


def test_a_control_gets_a_redirect_and_no_page(guest):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/theories/"}
    for answer in (guest.post(PROFILE, headers=headers), guest.get(PROFILE, headers=headers)):
        assert answer.headers["HX-Redirect"] == f"{reverse('account_login')}?next=%2Ftheories%2F"
        assert answer.content == b""


def test_without_a_form_token_nothing_is_kept(db):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(PROFILE, {"bio": "forged"}).status_code == 403
    assert not strict.session.get("kept_fields")


def request_with(fields: dict[str, str], session: dict) -> RequestFactory:
    request = RequestFactory().post(PROFILE, fields)
    request.session = session
    return request


def test_kept_for_an_hour(monkeypatch):
    request = request_with({"bio": "words"}, {})
    keep_fields(request)
    later = time.time() + 3601
    monkeypatch.setattr(time, "time", lambda: later)
    assert kept_fields(request, PROFILE) is None


def test_kept_for_its_own_form_only():
    request = request_with({"bio": "words", "new_password": "x", "csrfmiddlewaretoken": "y"}, {})
    keep_fields(request)
    assert kept_fields(request, "/theories/new/") is None
    assert kept_fields(request, PROFILE).dict() == {"bio": "words"}
    assert kept_fields(request, PROFILE) is None


def test_a_flood_is_not_kept():
    request = request_with({"bio": "x" * 200_001}, {})
    keep_fields(request)
    assert not request.session
