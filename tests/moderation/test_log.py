import re

import pytest

from moderation.deciding import decide
from moderation.models import Decision
from moderation.reporting import report
from tests.factories import make_fan, make_page, make_work
from tests.factories_theories import make_theory

CLAIM = "Canary claim that the log keeps to itself"
LOG = "/moderation/log/"


@pytest.fixture
def theory(db):
    return make_theory(make_fan("thea-who-writes"), claim=CLAIM)


def _decisions(moderator, count):
    rows = [
        Decision(
            moderator=moderator,
            act="hide",
            kind="theory",
            object_id=n,
            reason="spam",
            words=f"Words no. {n}.",
        )
        for n in range(1, count + 1)
    ]
    Decision.objects.bulk_create(rows)


def _numbers(page):
    return [int(number) for number in re.findall(r"Words no\. (\d+)\.", page)]


def test_an_empty_log_says_so(db, guest):
    answer = guest.get(LOG)
    assert answer.status_code == 200
    assert "Nothing had to be decided yet" in answer.text


def test_everybody_reads_what_was_decided_and_why(guest, moderator, theory):
    decide(moderator, "theory", theory.pk, "lock", "heated", "It had become personal.")
    page = guest.get(LOG).text
    for words in ["Locked", f"theory {theory.pk}", "The talk had run too hot", "It had become personal."]:
        assert words in page
    assert f'href="/theories/{theory.pk}/"' in page


def test_it_names_no_title_and_nobody(guest, moderator, theory):
    fan = make_fan(username="rita-who-reports")
    report("theory", theory.pk, fan, "spam", "Canary words of the reporter")
    decide(moderator, "theory", theory.pk, "lock", "heated", "It had become personal.")
    page = guest.get(LOG).text
    author = theory.author
    for secret in [
        CLAIM,
        theory.slug,
        "Canary words",
        moderator.username,
        fan.username,
        author.username,
        "@example",
    ]:
        assert secret not in page


def test_the_way_from_the_log_to_a_name_is_shut(guest, moderator, theory):
    author = theory.author
    decide(moderator, "fan", author.pk, "warn", "unkind", "Mind your words.")
    for page in (guest.get(LOG).text, guest.get(f"{LOG}feed/").text):
        assert "Warned: a fan" in page.replace("<strong>", "").replace("</strong>", "")
        assert f"fan {author.pk}" not in page


def test_what_is_hidden_or_gone_is_named_but_not_linked(guest, moderator, theory):
    decide(moderator, "theory", theory.pk, "hide", "spam", "An advert.")
    Decision.objects.create(moderator=None, act="hide", kind="theory", object_id=999_999, reason="spam", words="Gone.")
    page = guest.get(LOG).text
    assert f"theory {theory.pk}" in page
    assert "theory 999999" in page
    assert "/theories/999999/" not in page
    assert f'href="/theories/{theory.pk}/' not in page


def test_newest_first_and_every_decision_once(guest, moderator):
    _decisions(moderator, 60)
    read, address = [], LOG
    while address:
        page = guest.get(address).text
        read += _numbers(page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older and LOG + older[1]
    assert read == list(range(60, 0, -1))


def test_new_decisions_do_not_shift_the_pages(guest, moderator):
    _decisions(moderator, 30)
    older = re.search(r'rel="next" href="([^"]+)"', guest.get(LOG).text)[1]
    _decisions(moderator, 3)
    assert _numbers(guest.get(LOG + older).text) == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("before", ["x", "-1", "", "0", "9" * 30, "²", "%00"])
def test_a_silly_place_to_start_is_no_fault(db, guest, before):
    assert guest.get(f"{LOG}?before={before}").status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_wrong_methods_are_refused(db, guest, method):
    assert getattr(guest, method)(LOG).status_code == 405


def test_the_log_holds_no_form(db, guest):
    assert "csrfmiddlewaretoken" not in guest.get(LOG).text


def test_pages_stand_in_it_by_number(guest, moderator):
    page = make_page(title="Canary title of a page", slug="canary-slug")
    Decision.objects.create(moderator=moderator, act="lock", kind="page", object_id=page.pk, reason="other", words="W.")
    text = guest.get(LOG).text
    assert f"page {page.pk}" in text
    assert "canary" not in text.lower()


def test_a_shield_is_named_with_the_works_that_it_added(guest, moderator, theory):
    chapter, film = make_work("chapter"), make_work("film")
    decide(moderator, "theory", theory.pk, "shield", "spoiler", "It tells an end.", scope=film.mask)
    page = guest.get(LOG).text
    assert f"gives away <b>{film.short_title}</b>" in page and chapter.short_title not in page
