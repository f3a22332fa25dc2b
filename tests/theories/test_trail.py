"""The trail of a theory's words: every version, two compared, inside the shield."""

import pytest

from tests.factories import make_work, mark_seen
from tests.factories_theories import make_theory, make_vote, writing
from tests.theories.authoring import address
from theories import clarifying, posting
from theories.models import CaseVersion, Theory
from theories.trail import A_PAGE

pytestmark = pytest.mark.django_db


def edited(author, theory, *cases, **fields):
    for case in cases:
        posting.edit(author, theory, writing(case=case, **fields))


def of(client, theory, query=""):
    return client.get(address("history", theory) + query)


def test_every_version_has_an_address_and_two_are_compared(guest, author, fan, theory):
    make_vote(fan, theory)
    edited(author, theory, "She has two reasons.", "She has three reasons.")
    page = of(guest, theory).content.decode()
    for number, case in ((1, "She has reasons."), (2, "She has two reasons."), (3, "She has three reasons.")):
        assert case in page
        assert f'{address("history", theory)}{number}/"' in page
        alone = guest.get(f"{address('history', theory)}{number}/").content.decode()
        assert case in alone
    assert guest.get(f"{address('history', theory)}9/").status_code == 404
    compared = of(guest, theory, "?from=1&to=3").content.decode()
    assert "<ins>three " in compared
    assert "two" not in compared
    assert of(guest, theory, "?from=3&to=1").content.decode().count("<ins>three ") == 1
    assert "Nothing differs." not in of(guest, theory, "?to=2&view=inline").content.decode()


def test_what_its_author_added_and_what_followed_stand_there_too(guest, author, fan, theory):
    make_vote(fan, theory)
    clarifying.clarify(author, theory, "I mean the film.")
    newer = make_theory(author, claim="Rooney returns twice.", succeeds=theory)
    page = of(guest, theory).content.decode()
    assert "I mean the film." in page
    assert "The author has posted a successor:" in page
    assert newer.get_absolute_url() in page
    assert f'It succeeds <a href="{theory.get_absolute_url()}"' in of(guest, newer).content.decode()


@pytest.mark.parametrize(
    "query", ["?from=1&to=9", "?to=0", "?from=x&to=1", "?from=1&to=1", "?from=-1", "?to=" + "9" * 30]
)
def test_what_cannot_be_compared_is_not_there(guest, author, theory, query):
    assert of(guest, theory, query).status_code == 404


def test_long_trails_come_in_pages(guest, author, theory, django_assert_max_num_queries):
    edited(author, theory, *(f"Reason number {number}." for number in range(A_PAGE + 1)))
    with django_assert_max_num_queries(14):
        page = of(guest, theory).content.decode()
    assert "Reason number 20." in page
    assert "She has reasons." not in page
    assert "She has reasons." in of(guest, theory, "?before=3").content.decode()


# The shield


@pytest.fixture
def work():
    return make_work("chapter-3")


def test_an_older_version_may_give_away_more_than_the_theory_does_now(guest, sign_in, author, fan, work):
    theory = make_theory(author, claim="The butler did it.", scope=work.mask)
    posting.edit(author, theory, writing(claim="Somebody did it."))
    theory.refresh_from_db()
    for path in ("", "1/", "?from=1&to=2"):
        page = of(guest, theory, path).content.decode()
        assert "butler" not in page, path
        assert "Chapter-3" in page
    assert "butler" in of(guest, theory, "1/?reveal=version-" + str(theory.versions.last().pk)).content.decode()
    assert "butler" in of(guest, theory, f"?from=1&to=2&reveal=trail-{theory.pk}").content.decode()
    mark_seen(fan, work)
    assert "butler" in of(sign_in(fan), theory, "?from=1&to=2").content.decode()
    assert "butler" in of(sign_in(author), theory, "?from=1&to=2").content.decode()


def test_a_version_said_to_be_safer_later_is_safer(guest, author, work):
    theory = make_theory(author, scope=work.mask)
    posting.edit(author, theory, writing())
    assert CaseVersion.objects.get().scope == 0
    assert "She has reasons." in of(guest, theory).content.decode()
    Theory.objects.update(scope=work.mask)
    assert "She has reasons." not in of(guest, theory).content.decode()


def test_covered_words_are_compared_only_for_those_who_may_read_them(guest, author, theory, work):
    edited(author, theory, ">!chapter-3: The butler!< did it.")
    page = of(guest, theory, "?to=2").content.decode()
    assert "butler" not in page
    assert "give away" in page
    assert "butler" not in of(guest, theory).content.decode()
    assert "butler" in of(guest, theory, f"?to=2&reveal=trail-{theory.pk}").content.decode()
