"""/lore/: all pages by kind, shields and folds among them."""

import re

import pytest

from lore.models import Category
from tests.factories import make_page

pytestmark = pytest.mark.django_db


def test_groups_pages_by_kind(guest):
    make_page("rooney", kind="character", lead="A [[dancer]], >!x!< and more.")
    make_page("rome", kind="place")
    text = guest.get("/lore/").text
    assert text.index("Characters</h2>") < text.index('href="/lore/rooney/"') < text.index("Places</h2>")
    assert "A dancer, x and more." in text
    assert "Organisations</h2>" not in text


def test_can_be_narrowed_to_a_kind(guest):
    make_page("rooney", kind="character")
    make_page("rome", kind="place")
    text = guest.get("/lore/?kind=place").text
    assert 'href="/lore/rome/"' in text
    assert 'href="/lore/rooney/"' not in text


@pytest.mark.parametrize("kind", ["nonsense", "house", "", "\x00", "k" * 5000])
def test_an_unknown_kind_shows_all(guest, kind):
    make_page("rooney", kind="character")
    make_page("rules", kind="house")
    answer = guest.get("/lore/", {"kind": kind})
    assert answer.status_code == 200
    assert 'href="/lore/rooney/"' in answer.text
    assert answer.text.count('href="/rules/"') == 1  # the footer's


def test_of_a_kind_without_pages_says_so(guest):
    assert "No page of this kind has been written yet" in guest.get("/lore/?kind=place").text


def test_drafts_are_not_in_it(guest, editor, sign_in):
    make_page("draft", title="A draft", is_published=False)
    assert "A draft" not in guest.get("/lore/").text
    assert "A draft" not in sign_in(editor).get("/lore/").text


def test_can_be_narrowed_to_a_category(guest):
    assassins = Category.objects.create(slug="assassins", name="Assassins")
    make_page("rooney", kind="character").categories.add(assassins)
    make_page("rome", kind="place")
    text = guest.get("/lore/?category=assassins").text
    assert "<h1>Assassins</h1>" in text
    assert 'href="/lore/rooney/"' in text
    assert 'href="/lore/rome/"' not in text
    assert ">Characters</h2>" in text


def test_a_category_called_like_a_kind_is_headed_once(guest):
    filed = Category.objects.create(slug="characters", name="Characters")
    make_page("rooney", kind="character").categories.add(filed)
    text = guest.get("/lore/?category=characters").text
    assert "<h1>Characters</h1>" in text
    assert "Characters</h2>" not in text


@pytest.mark.parametrize("category", ["nonsense", "", "\x00", "k" * 5000])
def test_an_unknown_category_shows_all(guest, category):
    make_page("rooney", kind="character")
    assert 'href="/lore/rooney/"' in guest.get("/lore/", {"category": category}).text


class TestShields:
    def test_a_category_of_shielded_pages_alone_is_not_named(self, guest, three):
        telling = Category.objects.create(slug="telling", name="Telling name")
        make_page("telling", scope=three.mask).categories.add(telling)
        text = guest.get("/lore/?category=telling").text
        assert "Telling name" not in text
        assert text == guest.get("/lore/?category=nonsense").text

    def test_a_shielded_page_is_one_neutral_card(self, guest, three):
        page = make_page("telling", title="Telling", lead="Telling lead.", scope=three.mask)
        text = guest.get("/lore/").text
        assert f'<a href="/lore/page-{page.pk}/" rel="nofollow">A page that gives away <b>Chapter 3</b></a>' in text
        assert "elling" not in text

    def test_more_than_two_in_a_row_fold(self, guest, three):
        for number in range(3):
            make_page(f"telling-{number}", title=f"Telling {number}", scope=three.mask)
        text = guest.get("/lore/").text
        assert "3 behind the curtain" in text
        assert len(re.findall(r'href="/lore/page-\d+/"', text)) == 3
        assert "elling" not in text

    def test_its_place_does_not_tell_how_its_title_begins(self, guest, three):
        make_page("an-open-one", title="Zoo")
        make_page("telling", title="Ape", scope=three.mask)
        text = guest.get("/lore/").text
        assert text.index("Zoo") < text.index("gives away")

    def test_those_who_saw_the_work_get_the_page(self, having_seen, three):
        make_page("telling", title="Telling", scope=three.mask)
        text = having_seen(three).get("/lore/").text
        assert 'href="/lore/telling/"' in text
        assert "behind the curtain" not in text

    def test_a_summary_leaves_out_what_gives_a_work_away(self, guest, three):
        make_page(lead="She is >!chapter-3: doomed!<.")
        assert "doomed" not in guest.get("/lore/").text


def test_only_reading_is_allowed(guest):
    assert guest.post("/lore/").status_code == 405


def test_query_budget(guest, three, django_assert_max_num_queries):
    for number in range(25):
        make_page(f"p{number}", kind="character", scope=three.mask if number % 2 else 0)
    guest.get("/lore/")
    # pages · works, for the words on the cards
    with django_assert_max_num_queries(2):
        guest.get("/lore/")
