"""Pages that are asked for, and pages to which nothing leads."""

import pytest

from lore.models import PageLink
from tests.factories import make_page

pytestmark = pytest.mark.django_db

ADDRESS = "/lore/wanted/"


def names(answer) -> list[tuple[str, int]]:
    return [(entry.slug, entry.count) for entry in answer.context["wanted"]]


class TestWanted:
    def test_lists_what_most_pages_ask_for_first_and_who_asks(self, guest, db):
        make_page("one", body="[[The Elder]] and [[The High Table]], [[the elder]] again")
        make_page("two", body="[[The Elder]]")
        answer = guest.get(ADDRESS)
        assert names(answer) == [("the-elder", 2), ("the-high-table", 1)]
        assert 'href="/lore/the-elder/links/"' in answer.text
        assert '<a href="/lore/one/"><bdi>One</bdi></a>' in answer.text

    def test_forgets_what_has_been_written(self, guest, db):
        make_page("one", body="[[The Elder]]")
        make_page("the-elder")
        assert names(guest.get(ADDRESS)) == []

    def test_does_not_count_drafts_nor_house_pages_as_asking(self, guest, db):
        make_page("draft", body="[[The Elder]]", is_published=False)
        make_page("about", kind="house", body="[[The Elder]]")
        assert names(guest.get(ADDRESS)) == []

    def test_names_it_as_it_is_written_most(self, guest, sign_in, editor, three):
        make_page("one", body="[[the  lobby|downstairs]], [[The Lobby]] and [[A man’s word]]")
        make_page("two", body="[[The Lobby]]")
        make_page("three", body="[[The Lobby]]")
        make_page("shut", body="[[THE LOBBY]] [[Telling Name]]", scope=three.mask)
        PageLink.objects.filter(slug="a-mans-word").update(name="")  # saved before names were kept
        assert [entry.name for entry in guest.get(ADDRESS).context["wanted"]] == ["The Lobby", "A mans word"]
        assert "<h1>The Lobby</h1>" in guest.get("/lore/the-lobby/links/").text
        assert "Telling Name" not in guest.get("/lore/telling-name/links/").text
        to_write = sign_in(editor).get("/lore/the-lobby/")
        assert to_write.status_code == 404
        assert "/lore/new/?title=The+Lobby" in to_write.text
        assert "/lore/new/?title=Telling+name" in sign_in(editor).get("/lore/telling-name/").text

    def test_offers_editors_to_write_it(self, guest, sign_in, editor):
        make_page("one", body="[[The Elder & others]]")
        shown = sign_in(editor).get(ADDRESS).text
        assert 'href="/lore/new/?title=The%20Elder%20%26%20others"' in shown
        assert "/lore/new/" not in guest.get(ADDRESS).text

    def test_leads_editors_to_the_page_that_has_the_address_and_is_not_read(self, guest, sign_in, editor):
        make_page("one", body="[[The Elder]]")
        make_page("the-elder", is_published=False)
        assert 'href="/lore/the-elder/history/"' in sign_in(editor).get(ADDRESS).text
        assert "not read" not in guest.get(ADDRESS).text

    def test_what_is_asked_for_out_of_sight_is_not_there(self, guest, having_seen, three):
        make_page("open", body="::: gives-away chapter-3\n[[Telling name]]\n:::")
        make_page("shut", title="Telling title", body="[[Other telling name]]", scope=three.mask)
        assert "elling" not in guest.get(ADDRESS).text
        assert {slug for slug, _ in names(having_seen(three).get(ADDRESS))} == {"telling-name", "other-telling-name"}

    def test_counts_only_what_the_viewer_sees(self, guest, three):
        make_page("open", body="[[The Elder]]")
        make_page("shut", title="Telling title", body="[[The Elder]]", scope=three.mask)
        answer = guest.get(ADDRESS)
        assert names(answer) == [("the-elder", 1)]
        assert "elling" not in answer.text

    def test_asks_the_database_no_more_for_many(self, guest, db, django_assert_max_num_queries):
        for number in range(30):
            make_page(f"page{number}", body=f"[[Wanted {number}]] [[The Elder]]")
        # What is wanted, who asks, to what nothing leads.
        with django_assert_max_num_queries(3):
            guest.get(ADDRESS)

    def test_says_when_more_is_wanted_than_it_shows(self, guest, monkeypatch, db):
        monkeypatch.setattr("lore.wanting.MOST", 2)
        monkeypatch.setattr("lore.views.changes.MOST", 2)
        make_page("one", body="[[The Elder]] [[The High Table]] [[The Adjudicator]]")
        answer = guest.get(ADDRESS)
        assert len(names(answer)) == 2
        assert "the 2 most asked for" in answer.text

    def test_takes_no_posts(self, guest, db):
        assert guest.post(ADDRESS).status_code == 405

    def test_says_so_when_nothing_is_missing(self, guest, db):
        assert "Nothing is missing" in guest.get(ADDRESS).text


class TestOrphans:
    def test_are_pages_to_which_no_other_leads(self, guest, db):
        make_page("linked", title="Linked", body="[[Linked]]")
        make_page("alone", title="Alone", body="[[Linked]] [[Alone]]")
        assert [page.title for page in guest.get(ADDRESS).context["orphans"]] == ["Alone"]

    def test_are_so_where_the_only_link_is_out_of_sight(self, guest, having_seen, three):
        make_page("linked", title="Linked")
        make_page("open", body="::: gives-away chapter-3\n[[Linked]]\n:::")
        assert "Linked" in [page.title for page in guest.get(ADDRESS).context["orphans"]]
        assert "Linked" not in [page.title for page in having_seen(three).get(ADDRESS).context["orphans"]]

    def test_out_of_sight_are_not_named(self, guest, three):
        make_page("shut", title="Telling title", scope=three.mask)
        assert "elling" not in guest.get(ADDRESS).text
