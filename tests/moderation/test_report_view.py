import html

import pytest
from django.test import Client
from django.urls import reverse

from moderation.models import Report
from tests.factories import make_page, make_work, mark_seen
from tests.factories_theories import make_comment, make_theory
from theories.models import Theory

CLAIM = "Canary claim that nobody may read here"


@pytest.fixture
def theory(author):
    return make_theory(author, claim=CLAIM)


@pytest.fixture
def address(theory):
    return reverse("moderation:report", query={"kind": "theory", "id": theory.pk})


def test_the_form_names_the_thing_without_giving_it_away(guest, address, theory):
    Theory.objects.update(scope=make_work("chapter-4").mask)
    answer = guest.get(address)
    page = answer.text
    assert answer.status_code == 200
    assert "<h1>Report a theory</h1>" in page
    assert CLAIM not in page
    assert theory.slug not in page
    assert "no-store" in answer["Cache-Control"]


def test_who_says_that_it_gives_a_film_away_says_which(guest, address, theory):
    work = make_work("chapter-4")
    sent = {"reason": "gives_away", "words": "It says who wins."}
    answer = guest.post(address, sent)
    assert (answer.status_code, "Tick what it gives away" in answer.text) == (422, True)
    assert "It says who wins." in answer.text
    assert guest.post(address, sent | {"scope": [work.bit]}).status_code == 302
    assert Report.objects.get().scope == work.mask


def test_a_guest_reports(guest, address, theory):
    answer = guest.post(address, {"reason": "gives_away", "words": "It says who wins."}, follow=True)
    assert "Thank you" in answer.text
    made = Report.objects.get()
    assert (made.reporter, made.kind, made.object_id) == (None, "theory", theory.pk)


def test_a_fan_reports_under_their_name_whatever_the_form_says(sign_in, fan, author, address):
    fields = {
        "reason": "spam",
        "reporter": author.pk,
        "kind": "fan",
        "object_id": 1,
        "closed_at": "2025-01-01",
    }
    assert sign_in(fan).post(address, fields).status_code == 302
    made = Report.objects.get()
    assert (made.reporter, made.kind, made.closed_at) == (fan, "theory", None)


def test_a_second_report_is_told_and_keeps_what_was_typed(sign_in, fan, address):
    client = sign_in(fan)
    client.post(address, {"reason": "spam"})
    answer = client.post(address, {"reason": "unkind", "words": "Words worth keeping"})
    assert answer.status_code == 422
    assert "reported this already" in answer.text
    again = sign_in(fan).get(address).text
    assert ("You have reported this already" in again, "<textarea" in again) == (True, False)
    assert "Words worth keeping" in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"words": "Words worth keeping"},
        {"reason": "nonsense", "words": "Words worth keeping"},
        {"reason": "spam", "words": "Words worth keeping" + "x" * 2000},
        {"reason": "spam", "words": "Words worth keeping\0"},
    ],
)
def test_bad_input_comes_back_whole(guest, address, fields):
    answer = guest.post(address, fields)
    assert answer.status_code == 422
    assert fields.get("words", "").partition("\0")[0] in answer.text
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "kind=theory",
        "kind=theory&id=999999",
        "kind=theory&id=-1",
        "kind=theory&id=x",
        "kind=theory&id=²",
        "kind=theory&id=99999999999999999999999",
        "kind=nonsense&id=1",
        "kind=%00&id=1",
        "id=1",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_thing_is_not_found(db, guest, query, method):
    assert getattr(guest, method)(f"/report/?{query}").status_code == 404


def test_hidden_and_draft_things_are_not_found(guest, address, theory):
    type(theory).objects.update(is_hidden=True)
    assert guest.get(address).status_code == 404
    type(theory).objects.update(is_hidden=False, state="draft")
    assert guest.get(address).status_code == 404


def test_nor_are_comments_under_a_hidden_theory(guest, fan, theory):
    comment = make_comment(fan, theory)
    address = f"/report/?kind=comment&id={comment.pk}"
    assert guest.get(address).status_code == 200
    type(theory).objects.update(is_hidden=True)
    assert guest.get(address).status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_wrong_methods_are_refused(guest, address, method):
    assert getattr(guest, method)(address).status_code == 405


def test_the_way_back_stays_on_the_site(guest, address, theory):
    there = guest.get(f"{address}&next=/lore/%3Fkind=topic").text
    elsewhere = guest.get(f"{address}&next=https://evil.example/").text
    assert 'href="/lore/?kind=topic"' in html.unescape(there)
    assert "evil.example" not in elsewhere
    assert f'href="/theories/{theory.pk}/"' in elsewhere


def test_the_way_back_survives_the_report(guest, address):
    answer = guest.post(f"{address}&next=/lore/", {"reason": "spam"}, follow=True)
    assert 'href="/lore/"' in answer.text


def test_too_many_reports_are_slowed_down(guest, address, limits):
    answers = [guest.post(address, {"reason": "spam", "words": "Words that are worth keeping"}) for _ in range(21)]
    assert answers[19].status_code == 302
    assert answers[20].status_code == 429
    assert answers[20]["Retry-After"]
    assert "Words that are worth keeping" in answers[20].text


def test_markup_in_a_report_stays_text(guest, address):
    answer = guest.post(address, {"words": "<script>x()</script>"})
    assert "<script>x()" not in answer.text


def test_without_a_form_token_nothing_is_kept(address):
    assert Client(enforce_csrf_checks=True).post(address, {"reason": "spam"}).status_code == 403
    assert not Report.objects.exists()


@pytest.mark.parametrize("has_seen", [True, False])
def test_names_the_thing_to_those_who_may_know_it(sign_in, fan, has_seen):
    work = make_work("chapter-4")
    page = make_page("telling", title="A Telling Title", scope=work.mask)
    if has_seen:
        mark_seen(fan, work)
    answer = sign_in(fan).get(f"/report/?kind=page&id={page.pk}")
    named = "the page “A Telling Title”" if has_seen else "a page"
    assert f"<title>Report {named} · " in answer.text
    assert f"<h1>Report {named}</h1>" in answer.text
    assert ("A Telling Title" in answer.text) is has_seen
