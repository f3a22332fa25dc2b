"""A revision brought back."""

import pytest

from lore.editing import restore_revision
from lore.models import Change, ChangeKind, Page
from tests.factories import make_claim, mark_seen
from tests.lore.past import SECRET, forget_name, save

pytestmark = pytest.mark.django_db


class TestRestoring:
    address = "/lore/ruska-roma/history/1/restore/"

    def test_first_shows_what_it_changes_on_the_page(self, sign_in, editor, edited):
        text = sign_in(editor).get(self.address).text
        assert "Second text." in text
        assert f'name="based_on" value="{edited.current_id}"' in text

    def test_makes_a_new_revision_of_the_old_text(self, sign_in, editor, edited):
        answer = sign_in(editor).post(self.address, {"comment": "Vandals", "based_on": edited.current_id})
        assert (answer.status_code, answer["Location"]) == (303, "/lore/ruska-roma/")
        edited.refresh_from_db()
        assert (edited.current.number, edited.current.body) == (4, "First text.")
        change = Change.objects.first()
        assert (change.kind, change.reason, change.actor) == (ChangeKind.RESTORED, "Vandals", editor)

    def test_is_refused_when_the_page_has_moved_on_and_can_be_sent_again(self, sign_in, editor, edited):
        client, seen = sign_in(editor), edited.current_id
        save(edited, "Somebody else’s text.", None)
        answer = client.post(self.address, {"comment": "Vandals", "based_on": seen})
        assert answer.status_code == 409
        assert 'value="Vandals"' in answer.text
        assert "Somebody else’s" in answer.text
        edited.refresh_from_db()
        assert f'name="based_on" value="{edited.current_id}"' in answer.text
        assert client.post(self.address, {"comment": "Vandals", "based_on": edited.current_id}).status_code == 303

    def test_when_overtaken_shows_no_more_than_the_editor_has_seen(self, sign_in, editor, edited, three):
        client, seen = sign_in(editor), edited.current_id
        save(edited, f"First.\n\n{SECRET}", None)
        answer = client.post(self.address, {"comment": "Vandals", "based_on": seen})
        assert answer.status_code == 409
        assert "elling" not in answer.text
        assert 'value="Vandals"' in answer.text
        address = f"{self.address}?reveal=source-{edited.pk}"
        assert "Telling words." in client.post(address, {"comment": "Vandals", "based_on": seen}).text

    def test_of_the_current_text_is_pointless_and_says_so(self, sign_in, editor, page):
        client = sign_in(editor)
        assert "already" in client.get(self.address).text
        assert client.post(self.address, {"based_on": page.current_id}).status_code == 422
        assert page.revisions.count() == 1

    @pytest.mark.parametrize("fields", [{}, {"based_on": "x"}, {"comment": "x" * 201, "based_on": "1"}])
    def test_with_bad_fields_gives_the_form_again(self, sign_in, editor, edited, fields):
        answer = sign_in(editor).post(self.address, fields)
        assert answer.status_code == 422
        assert fields.get("comment", "") in answer.text

    def test_of_a_text_that_no_longer_compiles_is_refused(self, sign_in, editor, telling, three):
        mark_seen(editor, three)
        forget_name(three)
        address = "/lore/ruska-roma/history/2/restore/"
        answer = sign_in(editor).post(address, {"comment": "Why not", "based_on": telling.current_id})
        assert answer.status_code == 422
        assert "Why not" in answer.text

    def test_too_fast_keeps_the_form(self, sign_in, editor, edited, limits, monkeypatch):
        monkeypatch.setattr("ballerina_site.ratelimit.count", lambda key, seconds: 1000)
        answer = sign_in(editor).post(self.address, {"comment": "Vandals", "based_on": edited.current_id})
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0
        assert 'value="Vandals"' in answer.text

    def test_is_for_editors(self, guest, sign_in, fan, edited):
        assert guest.get(self.address).status_code == 302
        assert sign_in(fan).get(self.address).status_code == 403
        assert sign_in(fan).post(self.address, {"based_on": edited.current_id}).status_code == 403
        assert edited.revisions.count() == 3

    def test_keeps_what_was_typed_through_sign_in(self, guest, editor, edited):
        guest.post(self.address, {"comment": "Vandals", "based_on": edited.current_id})
        guest.force_login(editor)
        assert guest.get(self.address).status_code == 200

    def test_of_a_draft_leads_back_to_its_history(self, sign_in, editor, edited):
        Page.objects.update(is_published=False)
        answer = sign_in(editor).post(self.address, {"based_on": edited.current_id})
        assert answer["Location"] == "/lore/ruska-roma/history/"


def test_bringing_back_keeps_claims_as_they_are(page, editor):
    first = page.current
    save(page, "Other text.", editor)
    claim = make_claim(page=page)
    restore_revision(page, first, editor=editor)
    claim.refresh_from_db()
    assert claim.page == page
