"""Drafts on the server: kept while one types, offered again, gone once sent."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from lore.arranging import save_page
from lore.drafting import draft_of, drop_draft, keep_draft
from lore.editing import save_revision
from lore.models import Draft, Page
from lore.prose import Prose
from tests.factories import make_page
from tests.lore.writing import Bench, edit_address

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


@pytest.fixture
def page(db):
    return make_page(lead="A lead.", body="A body.")


def draft_address(page):
    return reverse("lore:draft", args=[page.slug])


class TestTheVerbs:
    def test_one_is_kept_for_each_fan_and_page(self, fan, author, page):
        for words in ("One.", "Two."):
            keep_draft(fan, page, {"lead": [words]})
        keep_draft(author, page, {"lead": ["Mine."]})
        keep_draft(fan, None, {"lead": ["New."]})
        assert Draft.objects.count() == 3
        assert draft_of(fan, page).fields == {"lead": ["Two."]}
        assert draft_of(fan, None).fields == {"lead": ["New."]}

    def test_form_tokens_and_buttons_are_not_kept(self, fan, page):
        kept = keep_draft(fan, page, {"lead": ["One."], "csrfmiddlewaretoken": ["x"], "action": ["draft"]})
        assert kept.fields == {"lead": ["One."]}

    def test_too_much_is_refused(self, fan, page):
        with pytest.raises(ValidationError, match="too long"):
            keep_draft(fan, page, {"body": ["b" * 400_001]})

    def test_dropping_leaves_others_alone(self, fan, author, page):
        keep_draft(fan, page, {"lead": ["One."]})
        keep_draft(author, page, {"lead": ["Mine."]})
        drop_draft(fan, page)
        assert Draft.objects.get().fan == author

    def test_one_that_came_in_behind_its_own_save_is_not_offered(self, editor, page):
        prose, first = Prose(page.title, "Mine.", "A body."), page.current_id
        save_page(page, prose, {}, editor=editor, comment="", based_on=first)
        fields = prose.fields | {"based_on": str(first)}
        keep_draft(editor, page, {name: [text] for name, text in fields.items()})
        assert draft_of(editor, Page.objects.select_related("current").get()) is None


class TestAutosave:
    def test_what_is_typed_is_kept_and_the_time_told(self, client, editor, page):
        answer = client.post(draft_address(page), {"lead": "Half a sen"}, headers=HTMX)
        assert answer.status_code == 200
        assert answer.text.startswith("Draft kept at ")
        assert Draft.objects.get(fan=editor, page=page).fields == {"lead": ["Half a sen"]}

    def test_of_a_page_to_come_too(self, client, editor):
        client.post(reverse("lore:new_draft"), {"lead": "Half a sen"}, headers=HTMX)
        assert Draft.objects.get(fan=editor).page is None

    def test_by_a_fan_too(self, sign_in, fan, page):
        sign_in(fan).post(draft_address(page), {"lead": "Half a sen"}, headers=HTMX)
        assert Draft.objects.get().fan == fan

    def test_too_much_is_told_in_place(self, client, page):
        answer = client.post(draft_address(page), {"body": "b" * 400_001}, headers=HTMX)
        assert (answer.status_code, "too long" in answer.text) == (422, True)

    def test_not_by_a_guest(self, guest, page):
        assert guest.post(draft_address(page), {"lead": "x"})["Location"].startswith("/accounts/login/")
        assert not Draft.objects.exists()

    def test_not_by_get(self, client, page):
        assert client.get(draft_address(page)).status_code == 405
        assert client.get(reverse("lore:new_draft")).status_code == 405

    @pytest.mark.parametrize("fields", [{"is_published": False}, {"kind": "house"}])
    def test_not_of_a_page_that_one_does_not_find(self, sign_in, fan, fields):
        hidden = make_page("hidden", **{"kind": "topic"} | fields)
        assert sign_in(fan).post(draft_address(hidden), {"lead": "x"}).status_code == 404


class TestGoingOn:
    @pytest.fixture
    def kept(self, client, page):
        """A draft from the editor's whole form, as a browser sends it."""
        editing = Bench(client, edit_address(page))
        assert editing.send("draft", lead="Half a sen", aliases="Roma", is_published=None, comment="")["Location"] == (
            f"{edit_address(page)}?draft=1"
        )
        return Draft.objects.get()

    def test_it_is_offered_when_the_editor_opens_again(self, client, kept, page):
        text = client.get(edit_address(page)).text
        assert "You have a draft from" in text
        assert "Half a sen" not in text

    def test_nobody_else_is_offered_it(self, sign_in, admin, kept, page):
        text = sign_in(admin).get(edit_address(page)).text
        assert "You have a draft" not in text
        assert "Half a sen" not in sign_in(admin).get(f"{edit_address(page)}?draft=1").text

    def test_the_form_then_holds_all_that_was_typed_without_complaints(self, client, kept, page):
        answer = client.get(f"{edit_address(page)}?draft=1")
        form = answer.context["form"]
        assert (form["lead"].value(), form["aliases"].value()) == ("Half a sen", "Roma")
        assert not form["is_published"].value()
        assert "This field is required" not in answer.text

    def test_what_was_ticked_in_it_counts_as_changed(self, client, page, three):
        Bench(client, edit_address(page)).send("draft", scope="chapter-3")
        Bench(client, edit_address(page), "?draft=1").send(comment="Now")
        assert Page.objects.get().scope == three.mask

    def test_saving_it_saves_what_was_changed_and_the_draft_goes(self, client, kept, page):
        editing = Bench(client, edit_address(page), "?draft=1")
        assert editing.send(comment="Now", is_published="on").status_code == 302
        page.refresh_from_db()
        assert (page.current.lead, page.is_published) == ("Half a sen", True)
        assert page.addresses.filter(name="Roma").exists()
        assert not Draft.objects.exists()

    def test_where_the_page_moved_on_it_says_so_and_saving_is_a_conflict(self, client, kept, page, author):
        save_revision(page, Prose(page.title, "A lead.", "Their body."), editor=author)
        editing = Bench(client, edit_address(page), "?draft=1")
        assert "The page has been saved since" in editing.opened.text
        answer = editing.send(comment="Now")
        assert answer.status_code == 409
        assert answer.context["form"]["body"].value() == "Their body."
        assert answer.context["form"]["lead"].value() == "Half a sen"

    def test_it_can_be_thrown_away(self, client, kept, page):
        answer = client.post(draft_address(page), {"action": "drop"})
        assert answer["Location"] == edit_address(page)
        assert not Draft.objects.exists()

    def test_one_of_the_prose_alone_leaves_all_else_as_it_is(self, client, editor, page):
        keep_draft(editor, page, {"lead": ["Half."], "based_on": [str(page.current_id)]})
        form = Bench(client, edit_address(page), "?draft=1")
        assert "is_published" in form.fields
        assert form.send().status_code == 302
        assert Page.objects.get().is_published

    def test_a_fan_who_throws_theirs_away_is_led_back_to_suggest(self, sign_in, fan, page):
        keep_draft(fan, page, {"lead": ["Half."]})
        answer = sign_in(fan).post(draft_address(page), {"action": "drop"})
        assert answer["Location"] == reverse("lore:suggest", args=[page.slug])
