"""What was tried against the wiki, and worked once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lore.arranging import save_page
from lore.drafting import MOST_SIGNS, keep_draft
from lore.editing import create_page, delete_page, rescope
from lore.models import Page, ScheduledEdit
from lore.prose import Prose, faults_in
from lore.scheduling import schedule
from tests.factories import make_claim, make_page
from tests.lore.past import SECRET, save
from tests.lore.proposing import text_of
from tests.lore.writing import Bench, edit_address

OPEN = "Telling words."
PAST = ["history/", "history/1/", "compare/", "compare/?from=0&to=1"]
LOGS = ["/lore/changes/", "/feeds/lore/"]


@pytest.fixture
def covered_since(three, editor) -> Page:
    """Its first revision says openly what the second covers."""
    page = make_page("ruska-roma", body=OPEN)
    save(page, SECRET, editor, "Covered it")
    return page


@pytest.fixture
def page_of_three(three) -> Page:
    prose = Prose("Ruska Roma", "A lead.", OPEN)
    return create_page(prose, slug="ruska-roma", kind="topic", scope=three.mask, comment="Telling why")


@pytest.fixture
def narrowed(page_of_three, editor) -> Page:
    """It gave Chapter 3 away as a whole, until its text was rewritten without what did."""
    page, prose = page_of_three, text_of(page_of_three, body="Safe words.")
    save_page(page, prose, {"scope": 0}, editor=editor, comment="Telling no more", based_on=page.current_id)
    return page


class TestAnOldText:
    @pytest.mark.parametrize("address", PAST)
    def test_that_says_openly_what_was_covered_since_is_asked_about(self, guest, covered_since, address):
        text = guest.get(f"/lore/ruska-roma/{address}").text
        assert "Telling words" not in text
        assert "gives away" in text

    @pytest.mark.parametrize("address", PAST)
    def test_stays_covered_when_the_page_gives_away_less(self, guest, narrowed, address):
        assert "Safe words" in guest.get("/lore/ruska-roma/").text
        assert "Telling" not in guest.get(f"/lore/ruska-roma/{address}").text

    def test_is_shown_to_whoever_has_seen_the_work(self, having_seen, three, narrowed):
        assert OPEN in having_seen(three).get("/lore/ruska-roma/history/1/").text


class TestWordsAboutAChange:
    @pytest.mark.parametrize("address", [*LOGS, "/feeds/lore/ruska-roma/"])
    def test_stay_covered_when_the_page_gives_away_less(self, guest, narrowed, address):
        assert "Telling" not in guest.get(address).text

    @pytest.mark.parametrize("address", LOGS)
    def test_that_open_a_page_are_covered_as_it_was(self, guest, page_of_three, editor, address):
        rescope(page_of_three, 0, editor=editor, reason="Telling more")
        assert "Telling" not in guest.get(address).text

    @pytest.mark.parametrize("address", LOGS)
    def test_that_delete_are_covered_like_the_text(self, guest, covered_since, editor, address):
        delete_page(covered_since, editor=editor, reason="Telling why")
        assert "Telling why" not in guest.get(address).text

    def test_made_meanwhile_are_asked_about_before_a_merge(self, sign_in, editor, three):
        page = make_page("ruska-roma", body="First.")
        bench = Bench(sign_in(editor), edit_address(page))
        save(page, f"First.\n\n{SECRET}", None, "Telling why")
        save(page, "First.", None, "Telling no more")
        answer = bench.send(body="Second.")
        assert answer.status_code == 409
        assert "Telling" not in answer.text
        assert "Second." in answer.text

    def test_planned_are_covered_on_the_desk_by_what_is_to_go(self, sign_in, editor, covered_since):
        about = {"publish_at": timezone.now() + timedelta(days=1), "editor": editor, "comment": "Telling why"}
        prose = text_of(covered_since, body="Safe words.")
        schedule(covered_since, prose, based_on=covered_since.current_id, **about)
        assert ScheduledEdit.objects.get().scope == 0
        assert "Telling why" not in sign_in(editor).get("/lore/desk/?queue=scheduled").text


def test_a_fact_cannot_cover_its_label(db):
    """It would stand there in the open, marks and all."""
    assert "facts" in faults_in(Prose("A", "B", facts=">!Telling!<: yes"))
    assert not faults_in(Prose("A", "B", facts="Fate: >!telling!<"))


class TestWhatIsNotMeantToBeSent:
    def test_a_page_that_names_no_address_opens_no_claim_form(self, sign_in, editor, three):
        make_page("ruska-roma", scope=three.mask)
        headers = {"HX-Request": "true", "HX-Current-URL": "http://[::1/?reveal=source-1"}
        answer = sign_in(editor).get("/lore/ruska-roma/claims/new/", headers=headers)
        assert answer.status_code == 200

    def test_a_source_of_a_number_that_no_database_holds_is_refused(self, sign_in, editor):
        claim = make_claim(page=make_page())
        answer = sign_in(editor).post(f"/lore/claims/{claim.key}/edit/", {"sources": "9" * 30})
        assert answer.status_code == 422

    def test_a_draft_keeps_no_nul_signs(self, fan, db):
        """PostgreSQL has no way to hold them."""
        assert keep_draft(fan, None, {"bo\0dy": ["a\0b"]}).fields == {"body": ["ab"]}

    def test_what_is_too_long_for_a_draft_is_still_told_of_a_conflict(self, sign_in, editor):
        page = make_page("ruska-roma", body="First.")
        bench = Bench(sign_in(editor), edit_address(page))
        save(page, "Second.")
        assert bench.send(body="Mine.", more="x" * MOST_SIGNS).status_code == 409
