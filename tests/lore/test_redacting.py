"""A revision freed of personal data, and whatever else was written from it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lore.changing import note
from lore.drafting import keep_draft
from lore.models import Change, ChangeKind, Draft, Page, Revision, ScheduledEdit, SearchEntry, Suggestion
from lore.prose import Prose
from lore.redacting import passages
from lore.scheduling import schedule
from lore.suggesting import approve, version_of
from tests.factories import make_page
from tests.lore.proposing import propose

HOLDING = (Revision, Page, Suggestion, Draft, ScheduledEdit, Change, SearchEntry)

pytestmark = pytest.mark.django_db


class TestRedacting:
    address = "/lore/ruska-roma/history/2/redact/"
    fields = {"title": "Ruska Roma", "lead": "A lead.", "body": "First text.", "reason": "A private name"}

    def test_first_shows_the_text_as_it_is(self, sign_in, editor, edited):
        assert "First text.\n\nSecond text.</textarea>" in sign_in(editor).get(self.address).text

    def test_overwrites_the_text_empties_the_comment_and_is_logged(self, sign_in, editor, edited):
        answer = sign_in(editor).post(self.address, self.fields)
        assert (answer.status_code, answer["Location"]) == (303, "/lore/ruska-roma/history/2/")
        redacted = edited.revisions.get(number=2)
        assert (redacted.body, redacted.comment, bool(redacted.redacted_at)) == ("First text.", "", True)
        assert redacted.change.reason == ""
        log = Change.objects.first()
        assert (log.kind, log.reason, log.actor) == (ChangeKind.REDACTED, "Revision 2: A private name", editor)

    def test_shows_in_the_history(self, sign_in, guest, editor, edited):
        sign_in(editor).post(self.address, self.fields)
        text = guest.get("/lore/ruska-roma/history/").text
        assert "redacted" in text
        assert "Added a paragraph" not in text

    def test_of_the_current_revision_changes_the_page(self, sign_in, guest, editor, edited):
        sign_in(editor).post("/lore/ruska-roma/history/3/redact/", self.fields | {"body": "Cleaned text."})
        assert "Cleaned text." in guest.get("/lore/ruska-roma/").text

    @pytest.mark.parametrize("wrong", [{"reason": ""}, {"lead": ""}, {"body": "::: gives-away nothing-known"}])
    def test_with_bad_fields_gives_the_form_again_with_all_that_was_typed(self, sign_in, editor, edited, wrong):
        answer = sign_in(editor).post(self.address, self.fields | {"facts": "Typed: fact"} | wrong)
        assert answer.status_code == 422
        assert "Typed: fact" in answer.text
        assert edited.revisions.get(number=2).redacted_at is None

    def test_too_fast_keeps_the_form(self, sign_in, editor, edited, limits, monkeypatch):
        monkeypatch.setattr("ballerina_site.ratelimit.count", lambda key, seconds: 1000)
        answer = sign_in(editor).post(self.address, self.fields)
        assert answer.status_code == 429
        assert "A private name" in answer.text

    def test_is_for_editors(self, guest, sign_in, fan, edited):
        assert guest.get(self.address).status_code == 302
        assert sign_in(fan).get(self.address).status_code == 403
        assert sign_in(fan).post(self.address, self.fields).status_code == 403
        assert edited.revisions.get(number=2).redacted_at is None


class TestWhatElseHoldsIt:
    address = "/lore/nogi/history/1/redact/"
    name = "Ana Kovac, of 12 High Street"

    @pytest.fixture
    def nogi(self, db):
        return make_page("nogi", body=f"She danced.\n\nHer teacher was {self.name}, they say.")

    def clean(self, client):
        body = "She danced.\n\nHer teacher was a private person, they say."
        sent = {"title": "Nogi", "lead": "A lead.", "body": body, "reason": "A private name"}
        return client.post(self.address, sent, follow=True)

    def test_is_cleaned_too_and_nothing_is_left_in_the_database(self, sign_in, editor, fan, author, nogi):
        taken = propose(fan, nogi, comment="Ana  Kovac says so.", lead="A better lead.")
        approve(taken, editor, Prose.of(taken), based_on=nogi.current_id)
        nogi.refresh_from_db()
        waiting = propose(author, nogi, lead="Kovac is named by others, too; they say so.")
        keep_draft(fan, nogi, {"body": [f"{self.name} again"], "based_on": [str(nogi.current_id)]})
        prose = Prose("Nogi", "A lead.", f"By {self.name}.")
        tomorrow = timezone.now() + timedelta(days=1)
        schedule(nogi, prose, publish_at=tomorrow, editor=editor, comment="Kovac", based_on=nogi.current_id)
        note(ChangeKind.TIES, nogi, editor, "Told by Ana Kovac")
        version, client = version_of(waiting), sign_in(editor)

        shown = self.clean(client).text
        assert "The same words went from 2 suggestions, 1 draft and 1 scheduled edit." in shown
        assert 'href="/lore/nogi/history/2/redact/">revision 2</a>' in shown
        self.address = "/lore/nogi/history/2/redact/"
        assert "still stand" not in self.clean(client).text

        kept = "".join(str(row) for model in HOLDING for row in model.objects.values_list())
        assert not [word for word in ("Kovac", "Ana", "High Street") if word in kept]
        waiting.refresh_from_db()
        assert waiting.lead == "… is named by others, too; they say so."
        assert "Her teacher was a private person, they say." in waiting.body
        assert version_of(waiting) != version  # who has the old words open cannot approve them
        assert Draft.objects.get().fields["body"] == ["a private person again"]

    def test_is_shown_before(self, sign_in, editor, fan, nogi):
        mine = propose(fan, nogi, lead="A better lead.")
        keep_draft(fan, nogi, {"body": ["More."], "based_on": [str(nogi.current_id)]})
        shown = sign_in(editor).get(self.address).text
        assert f'href="/lore/suggestions/{mine.pk}/"' in shown
        assert "1 draft, which nobody but its writer sees" in shown

    def test_reason_in_the_public_log_may_not_say_it_again(self, sign_in, editor, nogi):
        sent = {"title": "Nogi", "lead": "A lead.", "body": "She danced.", "reason": "Names Kovac"}
        answer = sign_in(editor).post(self.address, sent)
        assert answer.status_code == 422
        assert "without repeating" in answer.text


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Her mother is Ana.", "Her mother is nobody.", [("Ana", "nobody")]),
        (
            "It is Ana Kovac (born 1990).",
            "It is.",
            [("Ana Kovac (born 1990", "…"), ("Kovac", "…"), ("1990", "…"), ("Ana", "…")],
        ),
        ("A red hat, a blue hat.", "A hat, a blue hat.", [("red", "…")]),
        ("The hat is red. It stays.", "The coat is red. It stays, the hat.", []),  # it still says so elsewhere
        ("He. It.", "She! It?", []),  # too short to be told from any other
    ],
)
def test_what_was_taken_out_is_what_the_new_text_no_longer_says(old, new, expected):
    found = passages(Prose("T", "L", old), Prose("T", "L", new))
    assert [(one.old, one.new) for one in found] == expected
