"""What somebody has seen: said on /settings/seen/, kept in a cookie or an account, merged at sign-in."""

import html

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from lore.models import Kept, Seen
from lore.seeing import COOKIE, add_seen, set_seen
from lore.spoilers import EVERYTHING
from tests.factories import PASSWORD, make_claim, make_page, make_work, mark_seen

SCREEN = "/settings/seen/"
KEEP = "/settings/seen/keep/"
OURS = "lore.seeing"


@pytest.fixture
def secret(three):
    return make_page("secret", title="Secret page", scope=three.mask)


def shows_secret(client):
    return "Secret page" in client.get("/lore/").text


def ticked(page):
    """The values of the boxes that are checked."""
    boxes = [box for box in page.split("<input")[1:] if "checked" in box.split(">")[0]]
    return {box.split('value="')[1].split('"')[0] if 'value="' in box.split(">")[0] else "on" for box in boxes}


class TestGuest:
    def test_sees_nothing_scoped_at_first(self, guest, secret):
        assert not shows_secret(guest)
        assert ticked(guest.get(SCREEN).text) == set()

    def test_says_what_they_have_seen(self, guest, secret):
        answer = guest.post(SCREEN, {"works": ["chapter-3"], "next": "/lore/faq/"})
        assert (answer.status_code, answer.url) == (302, "/lore/faq/")
        assert shows_secret(guest)
        assert ticked(guest.get(SCREEN).text) == {"chapter-3"}

    def test_takes_it_back(self, guest, secret):
        guest.post(SCREEN, {"works": ["chapter-3"]})
        guest.post(SCREEN, {})
        assert not shows_secret(guest)

    def test_the_cookie_is_out_of_reach_for_scripts(self, guest, three):
        cookie = guest.post(SCREEN, {"works": ["chapter-3"]}).cookies[COOKIE]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["max-age"] >= 60 * 60 * 24 * 180
        assert not Seen.objects.exists()

    def test_over_https_the_cookie_is_secure(self, guest, three):
        assert guest.post(SCREEN, {"works": ["chapter-3"]}, secure=True).cookies[COOKIE]["secure"]

    @pytest.mark.parametrize("forged", ["", "7", "é", "\x00", "a:b:c"])
    def test_a_cookie_of_any_shape_is_survived(self, guest, secret, forged):
        guest.cookies[COOKIE] = forged
        assert guest.get("/lore/").status_code == 200
        assert not shows_secret(guest)

    @pytest.mark.parametrize(
        "value, salt",
        [(EVERYTHING, "another"), (EVERYTHING, "django.core.signing"), ("7", OURS), ([7], OURS), (None, OURS)],
        ids=repr,
    )
    def test_a_cookie_signed_for_something_else_is_ignored(self, guest, secret, value, salt):
        guest.cookies[COOKIE] = signing.dumps(value, salt=salt)
        assert not shows_secret(guest)

    def test_a_cookie_signed_by_us_counts(self, guest, secret, three):
        guest.cookies[COOKIE] = signing.dumps(three.mask, salt=OURS)
        assert shows_secret(guest)

    def test_a_cookie_with_a_sign_changed_is_ignored(self, guest, secret):
        guest.post(SCREEN, {"works": ["chapter-3"]})
        value = guest.cookies[COOKIE].value
        guest.cookies[COOKIE] = ("A" if value[0] != "A" else "B") + value[1:]
        assert not shows_secret(guest)

    def test_the_screen_is_not_kept_by_caches(self, guest, three):
        assert "no-store" in guest.get(SCREEN)["Cache-Control"]


class TestFan:
    def test_says_what_they_have_seen(self, sign_in, fan, secret, three):
        answer = sign_in(fan).post(SCREEN, {"works": ["chapter-3"]})
        assert COOKIE not in answer.cookies
        assert Seen.objects.get(fan=fan).works == three.mask
        assert shows_secret(sign_in(fan))
        assert ticked(sign_in(fan).get(SCREEN).text) == {"chapter-3"}

    def test_speaks_for_themselves_alone(self, sign_in, fan, author, secret):
        sign_in(fan).post(SCREEN, {"works": ["chapter-3"], "fan": author.pk})
        assert not shows_secret(sign_in(author))
        assert not Seen.objects.filter(fan=author).exists()

    def test_a_cookie_left_on_the_device_does_not_speak_for_them(self, guest, fan, secret):
        guest.post(SCREEN, {"works": ["chapter-3"]})
        guest.force_login(fan)
        assert not shows_secret(guest)


class TestEverything:
    def test_holds_for_works_to_come(self, guest, three):
        guest.post(SCREEN, {"everything": "on"})
        make_page(title="Secret page", scope=make_work("chapter-5").mask)
        assert shows_secret(guest)

    def test_is_shown_as_chosen(self, sign_in, fan, three):
        sign_in(fan).post(SCREEN, {"everything": "on"})
        assert Seen.objects.get(fan=fan).works == EVERYTHING
        assert "on" in ticked(sign_in(fan).get(SCREEN).text)

    def test_all_works_of_today_are_not_everything(self, guest, three):
        guest.post(SCREEN, {"works": ["chapter-3"]})
        make_page(title="Secret page", scope=make_work("chapter-5").mask)
        assert not shows_secret(guest)


class TestSignIn:
    """What a guest had seen, the fan has seen."""

    def sign_in_as(self, client, fan):
        answer = client.post(reverse("account_login"), {"login": fan.username, "password": PASSWORD})
        assert answer.status_code == 302
        return answer

    def test_merges_the_cookie_into_the_account(self, guest, fan, three, four):
        mark_seen(fan, four)
        guest.post(SCREEN, {"works": ["chapter-3"]})
        answer = self.sign_in_as(guest, fan)
        assert Seen.objects.get(fan=fan).works == three.mask | four.mask
        assert answer.cookies[COOKIE]["max-age"] == 0

    def test_gives_a_fan_who_never_said_what_the_cookie_says(self, guest, fan, three):
        guest.post(SCREEN, {"works": ["chapter-3"]})
        self.sign_in_as(guest, fan)
        assert Seen.objects.get(fan=fan).works == three.mask

    def test_takes_nothing_from_a_forged_cookie(self, guest, fan, three):
        guest.cookies[COOKIE] = signing.dumps(EVERYTHING, salt="another")
        self.sign_in_as(guest, fan)
        assert not Seen.objects.filter(fan=fan).exists()

    def test_without_a_cookie_changes_nothing(self, guest, fan, three):
        mark_seen(fan, three)
        self.sign_in_as(guest, fan)
        assert Seen.objects.get(fan=fan).works == three.mask


@pytest.mark.parametrize("before, added, after", [(None, 2, 2), (1, 2, 3), (3, 1, 3), (EVERYTHING, 1, EVERYTHING)])
def test_seen_only_widens_at_sign_in(fan, before, added, after):
    if before is not None:
        set_seen(fan, before)
    add_seen(fan, added)
    assert Seen.objects.get(fan=fan).works == after


class TestBadInput:
    def test_an_unknown_work_is_told_and_what_was_ticked_stays(self, guest, three):
        answer = guest.post(SCREEN, {"works": ["chapter-3", "chapter-99"], "everything": "on", "next": "/lore/faq/"})
        assert answer.status_code == 422
        assert COOKIE not in answer.cookies
        assert ticked(answer.text) == {"chapter-3", "on"}
        assert 'value="/lore/faq/"' in answer.text

    @pytest.mark.parametrize(
        "next_", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
    )
    def test_next_stays_on_the_site(self, guest, three, next_):
        assert guest.post(SCREEN, {"next": next_}).url == "/"
        assert "evil" not in guest.get(SCREEN, {"next": next_}).text

    def test_other_methods_are_refused(self, guest, three):
        assert guest.put(SCREEN).status_code == 405
        assert guest.delete(SCREEN).status_code == 405

    def test_a_form_without_token_is_refused(self, three):
        assert Client(enforce_csrf_checks=True).post(SCREEN, {"works": ["chapter-3"]}).status_code == 403


class TestKeep:
    @pytest.fixture
    def claim(self, three):
        return make_claim(text="The kept words.", scope=three.mask)

    def shows(self, client, claim):
        return "The kept words." in client.get(claim.page.get_absolute_url()).text

    def test_keeps_one_thing_open_for_this_fan(self, sign_in, fan, author, claim):
        back = claim.page.get_absolute_url()
        answer = sign_in(fan).post(KEEP, {"thing": f"claim-{claim.pk}", "next": back})
        assert (answer.status_code, answer.url) == (302, back)
        assert self.shows(sign_in(fan), claim)
        assert not self.shows(sign_in(author), claim)

    def test_keeps_only_that_thing(self, sign_in, fan, claim, three):
        make_claim("A2", text="Other words.", scope=three.mask)
        sign_in(fan).post(KEEP, {"thing": f"claim-{claim.pk}"})
        assert "Other words." not in sign_in(fan).get(claim.page.get_absolute_url()).text

    def test_twice_is_once(self, sign_in, fan, claim):
        for _ in range(2):
            assert sign_in(fan).post(KEEP, {"thing": f"claim-{claim.pk}"}).status_code == 302
        assert Kept.objects.get().fan == fan

    def test_a_guest_is_asked_to_sign_in(self, guest, claim):
        answer = guest.post(KEEP, {"thing": f"claim-{claim.pk}"})
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_login"))
        assert not Kept.objects.exists()

    def test_looking_keeps_nothing(self, sign_in, fan, claim):
        assert sign_in(fan).get(KEEP, {"thing": f"claim-{claim.pk}"}).status_code == 405
        assert not Kept.objects.exists()

    @pytest.mark.parametrize(
        "thing", ["", "claim", "claim-x", "section-1-2", "claim-" + "9" * 30, "c" * 30 + "-1", "claim-1\x00"]
    )
    def test_what_is_no_thing_is_not_found(self, sign_in, fan, thing):
        assert sign_in(fan).post(KEEP, {"thing": thing}).status_code == 404
        assert not Kept.objects.exists()


def test_the_way_back_is_shown_harmless(guest, three):
    page = guest.get(SCREEN, {"next": '/lore/?q="><script>'}).text
    assert "<script>" not in page
    assert '/lore/?q="><script>' in html.unescape(page)


@pytest.mark.parametrize("to", ["foo", "home", "?x", "é"])
def test_a_way_back_that_is_a_bare_word_leads_home(guest, three, to):
    assert guest.post(SCREEN, {"next": to}).url == "/"


def test_clicking_too_fast(guest, three, limits):
    answers = [guest.post(SCREEN, {"works": "chapter-3"}) for _ in range(61)]
    assert [answer.status_code for answer in answers] == [302] * 60 + [429]
