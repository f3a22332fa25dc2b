"""A claim's own page, and the forms in which editors write claims."""

import pytest
from django.urls import reverse
from django.utils import timezone

from lore.claiming import revise, set_status, supersede
from lore.models import Claim, Page, Source
from tests.factories import make_claim, make_page, make_source

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def address(claim):
    return reverse("lore:claim", args=[claim.key])


class TestItsOwnPage:
    @pytest.fixture
    def claim(self, db):
        claim = make_claim("D1", page=make_page("rooney"), text="She **dances**.", status="rumour")
        source = make_source("interview", title="A talk", kind="interview", url="https://example.org/talk")
        claim.sources.set([make_source(), source])
        claim.also_on.set([make_page("plot")])
        return claim

    def test_says_all_that_the_ledger_knows(self, guest, claim):
        answer = guest.get(address(claim))
        assert answer.status_code == 200
        for said in (
            *("She <strong>dances</strong>.", "rumour", "stale", "June 2025", "The article", "Interview: ", "A talk"),
            *('href="https://example.org/talk"', 'href="/lore/rooney/#claim-D1"', 'href="/lore/plot/#claim-D1"'),
            *("Nothing about it has changed", "<title>Rooney: claim D1 ·"),
        ):
            assert said in answer.text, said

    def test_tells_its_trail_in_order_with_reasons(self, guest, claim, editor):
        set_status(claim, "reported", editor=editor, reason="It was printed.")
        set_status(claim, "confirmed", editor=editor, reason="It was announced.")
        text = guest.get(address(claim)).text
        assert text.index("It was printed.") < text.index("from reported to <b>confirmed</b>")
        assert text.index("It was printed.") < text.index("It was announced.")
        assert f'href="{editor.get_absolute_url()}"' in text

    def test_names_what_it_replaced_and_what_replaced_it(self, guest, claim, editor):
        newer = make_claim("D2", text="She skates.")
        supersede(claim, newer, editor=editor, reason="A better look.")
        old, new = guest.get(address(claim)).text, guest.get(address(newer)).text
        assert "What replaced it" in old
        assert "She skates." in old
        assert "superseded by" in old
        assert "What it replaced" in new
        assert "<strong>dances</strong>" in new
        assert "took the place of" in new
        assert old.count("A better look.") == new.count("A better look.") == 1

    def test_htmx_gets_the_part_that_is_read_in_place(self, guest, claim):
        answer = guest.get(address(claim), headers=HTMX)
        assert "<html" not in answer.text
        assert answer.text.lstrip().startswith("<details open>")
        assert "A talk" in answer.text
        assert answer["Cache-Control"] == "private, no-store"

    def test_a_lore_page_leads_to_it(self, guest, claim):
        text = guest.get("/lore/rooney/").text
        assert '<a href="/lore/claims/D1/" hx-get="/lore/claims/D1/" hx-swap="outerHTML">trail' in text

    @pytest.mark.parametrize("key", ["Z9", "d1", "D1x"])
    def test_an_unknown_key_is_not_found(self, guest, claim, key):
        assert guest.get(f"/lore/claims/{key}/").status_code == 404

    def test_is_not_there_while_its_page_is_not_read(self, guest, claim, sign_in, fan, editor):
        Page.objects.filter(slug="rooney").update(is_published=False)
        assert guest.get(address(claim)).status_code == 404
        assert sign_in(fan).get(address(claim)).status_code == 404
        assert sign_in(editor).get(address(claim)).status_code == 200

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_is_read_only(self, guest, claim, method):
        assert getattr(guest, method)(address(claim)).status_code == 405

    def test_says_to_editors_alone_that_a_source_is_silent(self, guest, claim, sign_in, editor):
        Source.objects.filter(key="interview").update(fault="404 Not Found", checked_at=timezone.now())
        assert "404 Not Found" in sign_in(editor).get(address(claim)).text
        assert "404 Not Found" not in guest.get(address(claim)).text

    def test_query_budget(self, guest, claim, editor, django_assert_max_num_queries):
        set_status(claim, "reported", editor=editor, reason="It was printed.")
        supersede(claim, make_claim("D2"), editor=editor, reason="A better look.")
        # the claim with its page and successor · its sources · where else it stands · what it replaced · its trail
        with django_assert_max_num_queries(5):
            guest.get(address(claim))


class TestItsShield:
    @pytest.fixture
    def claim(self, three, editor):
        claim = make_claim("C1", page=make_page("origin"), text="A kikimora dances.", scope=three.mask)
        set_status(claim, "reported", editor=editor, reason="The kobold said so.")
        return Claim.objects.get()

    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_stands_in_its_place(self, guest, claim, headers):
        answer = guest.get(address(claim), headers=headers)
        assert answer.status_code == 200
        assert "gives away" in answer.text
        assert "kikimora" not in answer.text
        assert "kobold" not in answer.text

    def test_is_lifted_once_by_a_reveal(self, guest, claim):
        answer = guest.get(f"{address(claim)}?reveal=claim-{claim.pk}")
        assert "kikimora" in answer.text
        assert "kobold" in answer.text
        assert answer["Cache-Control"] == "private, no-store"
        assert 'content="noindex"' in answer.text

    def test_is_away_for_who_has_seen_the_work(self, having_seen, claim, three):
        assert "kobold" in having_seen(three).get(address(claim)).text

    def test_keeps_its_homes_name_when_that_gives_away_more(self, guest, claim, four):
        Page.objects.filter(slug="origin").update(scope=four.mask, title="The kelpie")
        answer = guest.get(f"{address(claim)}?reveal=claim-{claim.pk}")
        assert "kikimora" in answer.text
        assert "kelpie" not in answer.text
        assert "/lore/origin/" not in answer.text

    def test_a_reveal_leaves_what_the_trail_gives_away_beyond_the_claim(self, guest, claim, four, editor):
        revise(claim, editor=editor, reason="The kelpie knew of it.", also_on=[], scope=claim.scope | four.mask)
        revise(claim, editor=editor, reason="A word for all.", scope=0)
        answer = guest.get(address(claim))
        assert "kikimora" in answer.text
        assert "kelpie" not in answer.text
        assert "A word for all." not in answer.text

    def test_covers_a_successor_without_its_words(self, guest, three, editor):
        old, new = make_claim("A1"), make_claim("A2", text="A kikimora.", scope=three.mask)
        supersede(old, new, editor=editor, reason="The kobold said so.")
        answer = guest.get(address(old))
        assert "stands behind the curtain" in answer.text
        assert "kikimora" not in answer.text
        assert "kobold" not in answer.text

    def test_a_revealed_line_leads_to_a_revealed_trail(self, guest, claim):
        text = guest.get(f"/lore/origin/?reveal=claim-{claim.pk}").text
        assert f'href="/lore/claims/C1/?reveal=claim-{claim.pk}" rel="nofollow"' in text
