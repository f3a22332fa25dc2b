"""Claims: written once, superseded, never overwritten."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from lore.claiming import save_claim, supersede
from lore.finding import search_lore
from lore.models import Claim
from lore.spoilers import Viewer
from tests.factories import make_claim, make_page

pytestmark = pytest.mark.django_db


def found(words):
    return [result.title for result in search_lore(Viewer(), words) if result.kind == "Claim"]


class TestSaving:
    def test_a_claim_gets_a_key_that_no_seed_has(self):
        claim = make_claim("")
        assert claim.key.startswith("X")
        assert make_claim("").key != claim.key

    def test_its_words_can_be_searched(self):
        make_claim("A1", text="She dances with knives.")
        assert found("knives") == ["Ruska Roma: claim A1"]

    def test_its_status_may_change(self):
        claim = make_claim(status="rumour")
        claim.status = "confirmed"
        save_claim(claim)
        assert Claim.objects.get().status == "confirmed"

    def test_its_words_may_not(self):
        claim = make_claim(text="As it was said.")
        claim.text = "As somebody wishes it."
        with pytest.raises(ValidationError):
            save_claim(claim)
        assert Claim.objects.get().text == "As it was said."

    @pytest.mark.parametrize(
        "bad", [{"status": "certain"}, {"status": ""}, {"text": ""}, {"as_of": None}, {"key": "k" * 21}]
    )
    def test_bad_ones_are_refused(self, bad):
        page = make_page()
        with pytest.raises(ValidationError):
            make_claim(**({"page": page} | bad))
        assert not Claim.objects.exists()

    def test_a_key_is_given_once(self):
        make_claim("A1")
        with pytest.raises(ValidationError):
            make_claim("A1")

    def test_links_in_it_are_live(self):
        make_page("rooney")
        assert 'href="/lore/rooney/"' in make_claim(text="[[Rooney]] dances.").compiled["html"]


class TestSuperseding:
    @pytest.fixture
    def old(self):
        return make_claim("A1", text="It opens in June.")

    @pytest.fixture
    def new(self, old):
        return make_claim("A2", text="It opens in July.", page=old.page)

    def test_keeps_the_old_one(self, old, new):
        supersede(old, new)
        old.refresh_from_db()
        assert (old.text, old.superseded_by) == ("It opens in June.", new)
        assert list(Claim.objects.standing()) == [new]

    def test_search_finds_only_the_new_one(self, old, new):
        supersede(old, new)
        assert found("opens") == ["Ruska Roma: claim A2"]

    def test_by_itself_is_refused(self, old):
        with pytest.raises(ValidationError):
            supersede(old, old)

    def test_never_goes_round_in_a_circle(self, old, new):
        supersede(old, new)
        with pytest.raises(ValidationError):
            supersede(new, old)


class TestStale:
    @pytest.mark.parametrize(
        "status, days, stale",
        [("rumour", 91, True), ("rumour", 90, False), ("rumour", 0, False), ("reported", 400, False)],
    )
    def test_rumours_are_after_ninety_days(self, status, days, stale):
        as_of = timezone.now().date() - timedelta(days=days)
        assert make_claim(status=status, as_of=as_of).is_stale is stale

    def test_it_can_be_known_beforehand(self):
        assert make_claim(as_of=date(2025, 6, 1)).stale_on == date(2025, 8, 30)
