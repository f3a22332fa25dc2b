"""Open rumours, and what became of those that are not open any more."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from lore.claiming import set_status, supersede
from lore.models import Page
from tests.factories import make_claim, make_page, make_source

pytestmark = pytest.mark.django_db

ADDRESS = "/lore/rumours/"


def halves(answer):
    """The page's two lists."""
    still_open, fates = answer.text.split('id="fates"')
    return still_open, fates


class TestOpenOnes:
    def test_stand_there_oldest_first_with_source_date_and_page(self, guest):
        page = make_page("winston")
        newer = make_claim("E4", page=page, text="The King may come.", status="rumour", as_of=date(2025, 6, 2))
        older = make_claim("E3", page=page, text="Winston may come.", status="rumour", as_of=date(2025, 5, 1))
        older.sources.set([make_source()])
        text, _ = halves(guest.get(ADDRESS))
        assert text.index("Winston may come.") < text.index("The King may come.")
        for said in ("The article", "as of May 2025", 'href="/lore/winston/#claim-E3"', "/lore/claims/E4/"):
            assert said in text
        assert newer.is_stale

    @pytest.mark.parametrize("days, stale", [(91, True), (3, False)])
    def test_are_marked_when_stale(self, guest, days, stale):
        make_claim(status="rumour", as_of=timezone.now().date() - timedelta(days=days))
        assert ("is-stale" in guest.get(ADDRESS).text) is stale

    def test_are_only_what_is_rumoured_still_and_read(self, guest, editor):
        make_claim("A1", text="A reported thing.")
        replaced = make_claim("A2", text="A replaced rumour.", status="rumour")
        supersede(replaced, make_claim("A3", text="News.", status="rumour"), editor=editor, reason="Newer words")
        unread = make_page("unread")
        make_claim("A4", text="A draft of a rumour.", status="rumour", page=unread)
        Page.objects.filter(pk=unread.pk).update(is_published=False)
        text, _ = halves(guest.get(ADDRESS))
        assert "News." in text
        for other in ("A reported thing.", "A replaced rumour.", "A draft of a rumour."):
            assert other not in text

    def test_none_is_said_too(self, guest):
        assert "Nobody whispers" in guest.get(ADDRESS).text


class TestTheirFates:
    @pytest.fixture
    def rumour(self, db):
        return make_claim("E3", text="Winston may come.", status="rumour")

    @pytest.mark.parametrize("status", ["confirmed", "contradicted"])
    def test_are_told_with_date_and_reason(self, guest, editor, rumour, status):
        set_status(rumour, status, editor=editor, reason="The studio said so.")
        text, fates = halves(guest.get(ADDRESS))
        assert "Winston may come." not in text
        for said in ("Winston may come.", f"is-{status}", "The studio said so.", editor.get_full_name()):
            assert said in fates
        assert f"{timezone.now().date():%B %Y}" in fates

    def test_can_be_another_claim(self, guest, editor, rumour):
        newer = make_claim("E9", text="He comes.")
        supersede(rumour, newer, editor=editor, reason="He was seen.")
        _, fates = halves(guest.get(ADDRESS))
        for said in ("Winston may come.", 'href="/lore/claims/E9/"', "is-confirmed", "He was seen."):
            assert said in fates

    def test_are_told_of_imported_ones_too(self, guest, rumour):
        supersede(rumour, make_claim("E9", text="He comes.", as_of=date(2025, 12, 1)))
        _, fates = halves(guest.get(ADDRESS))
        assert "Winston may come." in fates
        assert "December 2025" in fates

    def test_one_that_is_a_rumour_again_is_open(self, guest, editor, rumour):
        set_status(rumour, "reported", editor=editor, reason="Printed.")
        set_status(rumour, "rumour", editor=editor, reason="Taken back.")
        text, fates = halves(guest.get(ADDRESS))
        assert "Winston may come." in text
        assert "Winston may come." not in fates


class TestShield:
    def test_covers_open_ones_after_all_others(self, guest, three):
        secret = make_claim("A1", text="A kikimora.", status="rumour", as_of=date(2020, 1, 1), scope=three.mask)
        make_claim("A2", text="Winston may come.", status="rumour")
        text, _ = halves(guest.get(ADDRESS))
        assert "kikimora" not in text
        assert text.index("Winston may come.") < text.index("gives away")
        assert "kikimora" in guest.get(f"{ADDRESS}?reveal=claim-{secret.pk}").text

    def test_folds_many(self, guest, three):
        for number in range(4):
            make_claim(f"A{number}", text="A kikimora.", status="rumour", scope=three.mask)
        text, _ = halves(guest.get(ADDRESS))
        assert "4 behind the curtain" in text

    def test_leaves_out_fates_without_a_word(self, guest, having_seen, three, editor):
        secret = make_claim("A1", text="A kikimora.", status="rumour", scope=three.mask)
        set_status(secret, "confirmed", editor=editor, reason="The kobold said so.")
        replaced = make_claim("A2", text="Something may come.", status="rumour")
        supersede(
            replaced, make_claim("A3", text="A kelpie.", scope=three.mask), editor=editor, reason="A kelpie came."
        )
        imported = make_claim("A4", text="Something may go.", status="rumour")
        supersede(imported, make_claim("A5", text="A kelpie goes.", scope=three.mask))
        _, fates = halves(guest.get(ADDRESS))
        for word in ("kikimora", "kobold", "kelpie", "Something may come.", "Something may go."):
            assert word not in fates
        _, fates = halves(having_seen(three).get(ADDRESS))
        for word in ("kikimora", "kobold", "A kelpie came.", "Something may go."):
            assert word in fates

    def test_names_no_page_that_gives_away_more(self, guest, three, four):
        page = make_page("kelpie", title="The kelpie", scope=four.mask)
        secret = make_claim("A1", page=page, text="It whispers.", status="rumour", scope=three.mask)
        text = guest.get(f"{ADDRESS}?reveal=claim-{secret.pk}").text
        assert "It whispers." in text
        assert "kelpie" not in text


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_is_read_only(guest, method, db):
    assert getattr(guest, method)(ADDRESS).status_code == 405


def test_query_budget(guest, editor, three, django_assert_max_num_queries):
    for number in range(6):
        claim = make_claim(f"A{number}", status="rumour", scope=three.mask * (number % 2))
        claim.sources.set([make_source()])
    for number in range(6, 12):
        set_status(make_claim(f"A{number}", status="rumour"), "reported", editor=editor, reason="Printed.")
    # open rumours with their pages · their sources · what the log tells · what was imported · the works' names
    with django_assert_max_num_queries(5):
        guest.get(ADDRESS)
