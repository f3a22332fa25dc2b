"""An editor saves a page that somebody else saved meanwhile."""

import re

import pytest
from django.urls import reverse

from lore.arranging import arrange
from lore.editing import delete_page, save_revision
from lore.models import Draft, Page
from lore.prose import Prose
from tests.factories import make_page
from tests.lore.writing import bench, edit_address, fields_of, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


class TestConflict:
    BODY = "One.\n\nTwo.\n\nThree."

    @pytest.fixture
    def page(self, db):
        return make_page(lead="A lead.", body=self.BODY)

    @pytest.fixture
    def editing(self, client, page, author):
        """Edith has the form open while somebody else saves."""
        editing = bench(client, page)
        prose = Prose("Ruska Roma", "A lead.", "One by another.\n\nTwo.\n\nThree.")
        save_revision(page, prose, editor=author, comment="Their reason")
        return editing

    def test_shows_both_versions_and_why_the_other_was_saved(self, editing):
        answer = editing.send(body="One.\n\nTwo.\n\nThree by me.")
        assert answer.status_code == 409
        for words in ("<ins>by another", "<ins>by me", "Their reason", "Revision 2 by author"):
            assert words.replace("<ins>", "") in re.sub(r"</?(ins|del)>", "", answer.text), words

    def test_where_both_fit_the_form_holds_both_and_the_second_save_goes_through(self, client, editing, page):
        answer = editing.send(body="One.\n\nTwo.\n\nThree by me.", comment="Mine")
        assert answer.context["merged"].is_clean
        again = answer.context["form"]
        assert again["body"].value() == "One by another.\n\nTwo.\n\nThree by me."
        assert again["comment"].value() == "Mine"
        assert client.post(edit_address(page), dict(again.data.lists())).status_code == 302
        assert now(page).current.body == "One by another.\n\nTwo.\n\nThree by me."
        assert now(page).current.number == 3

    def test_where_they_do_not_it_says_in_which_field_and_loses_no_word(self, editing, page):
        answer = editing.send(body="One by me.\n\nTwo.\n\nThree.")
        assert answer.context["conflicts"] == ["Text"]
        assert "You both changed the same place in: Text." in answer.text
        assert "One by another." in re.sub(r"</?(ins|del)>", "", answer.text)
        assert answer.context["form"]["body"].value().startswith("One by me.")
        assert page.revisions.count() == 2

    def test_what_was_typed_is_there_to_copy_exactly_and_kept_as_a_draft(self, editing, editor):
        typed = "One by me.\r\n\r\n  Odd   spaces, and <b>signs</b>."
        answer = editing.send(body=typed)
        assert ("Text", typed) in answer.context["typed"]
        assert "&lt;b&gt;signs&lt;/b&gt;" in answer.text
        assert Draft.objects.get(fan=editor).fields["body"] == [typed.replace("\r\n", "\n")]

    def test_around_the_text_the_editors_own_changes_are_kept_and_others_taken_over(self, client, editing, page):
        arrange(page, {"aliases": ["Theirs"], "kind": "place"}, editor=None)
        answer = editing.send(lead="Mine.", aliases="Mine")
        form = answer.context["form"]
        assert (form["aliases"].value(), form["kind"].value()) == ("Mine", "place")
        assert answer.context["clashes"] == ["Aliases"]
        client.post(edit_address(page), dict(form.data.lists()))
        assert (now(page).kind, now(page).current.lead) == ("place", "Mine.")

    def test_with_a_mistake_at_once_nothing_is_lost_either(self, client, editing, page):
        answer = editing.send(body="Mine >!unclosed", comment="")
        assert answer.status_code == 422
        assert "Mine &gt;!unclosed" in answer.text
        fields = dict(answer.context["form"].data.lists()) | {"body": "One.\n\nTwo.\n\nMine.", "comment": "Why"}
        assert client.post(edit_address(page), fields).status_code == 409

    @pytest.mark.parametrize("base", [None, "", "0", "999999999999999999999"])
    def test_a_form_without_a_base_of_this_page_is_a_conflict(self, client, page, base):
        answer = bench(client, page).send(lead="Mine.", based_on=base)
        assert answer.status_code == 409
        assert "Mine." in answer.text
        assert page.revisions.count() == 1

    def test_a_base_from_another_page_is_none(self, client, page):
        assert bench(client, page).send(lead="Mine.", based_on=make_page("other").current_id).status_code == 409

    def test_a_page_deleted_meanwhile_says_so_and_keeps_the_text(self, client, editor, page):
        editing = bench(client, page)
        delete_page(now(page), editor=editor, reason="A double.")
        answer = editing.send(lead="Mine.")
        assert answer.status_code == 409
        for words in ("Mine.", "A double.", reverse("lore:undelete", args=[page.slug])):
            assert words in answer.text

    def test_a_page_that_is_no_more_leaves_the_text_for_a_new_one(self, client, page):
        editing = bench(client, page)
        Page.objects.all().delete()
        answer = editing.send(lead="Mine.")
        assert answer.status_code == 409
        assert "Mine." in answer.text
        assert client.post("/lore/new/", fields_of(answer) | {"title": "Again", "action": "save"}).status_code == 302
        assert Page.objects.get().current.lead == "Mine."

    def test_from_another_window_of_ones_own_it_says_so(self, client, page):
        first, second = bench(client, page), bench(client, page)
        first.send(lead="First.")
        assert "You saved Ruska Roma elsewhere while you wrote here" in second.send(lead="Second.").text

    def test_a_new_text_that_gives_something_away_is_not_shown_before_its_editor_asks(self, client, three, page):
        editing = bench(client, page)
        save_revision(page, Prose("Ruska Roma", "Theirs.", "::: gives-away chapter-3\nSecret.\n:::"), editor=None)
        answer = editing.send(lead="Mine.")
        assert answer.status_code == 409
        assert "Mine." in answer.text
        assert "Secret." not in answer.text
        through = client.post(f"{edit_address(page)}?reveal=source-{page.pk}", answer.wsgi_request.POST.dict())
        assert (through.status_code, "Secret." in through.text) == (409, True)
