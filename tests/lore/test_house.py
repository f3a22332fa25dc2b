"""The pages of the house: /about/, /rules/, /privacy/."""

import pytest

from lore.editing import save_revision
from lore.prose import Prose
from tests.factories import make_page

pytestmark = pytest.mark.django_db
NAMES = ["about", "rules", "privacy"]


class TestSeeded:
    @pytest.mark.parametrize("name", NAMES)
    def test_has_real_text(self, seeded, guest, name):
        answer = guest.get(f"/{name}/")
        assert answer.status_code == 200
        assert answer.text.count("<h2") >= 2
        assert "csrfmiddlewaretoken" not in answer.text

    def test_says_that_it_is_unofficial(self, seeded, guest):
        assert "nofficial" in guest.get("/about/").text

    def test_is_not_in_the_lore(self, seeded, guest):
        assert "/about/" not in guest.get("/lore/").text.split("<footer")[0]


@pytest.mark.parametrize("name", NAMES)
def test_an_unwritten_one_is_not_found(guest, name):
    assert guest.get(f"/{name}/").status_code == 404


def test_admins_edit_it_like_a_page(guest, admin):
    page = make_page("rules", title="House rules", kind="house")
    save_revision(page, Prose("House rules", "Be kind.", "## First\n\nVery kind."), editor=admin)
    text = guest.get("/rules/").text
    assert "Be kind." in text
    assert "Very kind." in text
    assert "<h1>House rules</h1>" in text


def test_under_lore_it_leads_to_its_own_address(guest):
    make_page("rules", kind="house")
    answer = guest.get("/lore/rules/")
    assert (answer.status_code, answer["Location"]) == (301, "/rules/")


def test_a_lore_page_of_that_name_is_none(guest):
    make_page("rules", kind="topic")
    assert guest.get("/rules/").status_code == 404


def test_its_parts_are_behind_the_shield_too(guest, three):
    make_page("rules", kind="house", body="Open.\n\n::: gives-away chapter-3\nHidden.\n:::")
    text = guest.get("/rules/").text
    assert "Open." in text
    assert "Hidden." not in text


def test_so_is_it_as_a_whole(guest, three):
    page = make_page("rules", title="Telling", kind="house", scope=three.mask)
    assert "Telling" not in guest.get("/rules/").text
    assert "Telling" in guest.get(f"/rules/?reveal=page-{page.pk}").text


def test_only_reading_is_allowed(guest):
    make_page("rules", kind="house")
    assert guest.post("/rules/").status_code == 405
