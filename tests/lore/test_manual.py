"""/how-to-write/: each sign with what the renderers make of it, linked beside the fields that take it."""

import re

import pytest
from django.urls import reverse

from lore.manual import ON_PAGES, lessons
from lore.spoilers import Viewer
from tests.factories import make_page

pytestmark = pytest.mark.django_db
ADDRESS = "/how-to-write/"


class TestPage:
    def test_shows_each_sign_with_what_comes_of_it(self, guest, three, django_assert_max_num_queries):
        make_page("ruska-roma", title="Ruska Roma")
        # works, the pages that examples link to, the works that these name
        with django_assert_max_num_queries(3):
            text = guest.get(ADDRESS).text
        assert "## The school" in text
        assert ">The school</h2>" in text
        assert "<strong>loud</strong>" in text
        assert '<a href="/lore/ruska-roma/">the academy</a>' in text
        assert 'class="wanted"' in text
        assert "::: gives-away chapter-3" in text
        assert re.search(r"Behind the curtain: a part that gives away\s+(<[^>]+>)*Chapter 3", text)
        assert '<span class="veil">[gives away Chapter 3]</span>' in text
        assert '<span class="spoiler">the curtain falls twice</span>' in text
        assert "<img" not in text.partition("<main")[2].partition("</main>")[0]

    def test_teaches_no_works_before_there_are_any(self, guest):
        text = guest.get(ADDRESS).text
        assert "Headings" in text
        assert "gives-away" not in text

    def test_teaches_the_same_whatever_one_has_seen(self, guest, having_seen, three):
        assert having_seen(three).get(ADDRESS).text.count("[gives away Chapter 3]") == 1

    def test_is_only_read(self, guest):
        assert guest.post(ADDRESS).status_code == 405


def test_what_works_everywhere_is_made_alike_on_pages_and_in_fans_texts(three):
    shown = lessons(Viewer(load_works=lambda: (three,)))
    assert {each.lesson.where == ON_PAGES for each in shown} == {True, False}
    assert all(len(each.newcomers) == 1 for each in shown if each.lesson.where != ON_PAGES)


def test_is_linked_beside_the_fields_that_take_it(sign_in, fan, editor):
    page = make_page("rooney")
    fans, editors = sign_in(fan), sign_in(editor)
    link = f'<a href="{ADDRESS}" target="_blank">How to write</a>'
    assert fans.get(reverse("lore:suggest", args=["rooney"])).text.count(link) == 4
    assert fans.get(reverse("theories:new")).text.count(link) == 2
    assert editors.get(reverse("lore:claim_new", args=[page.slug])).text.count(link) == 1
