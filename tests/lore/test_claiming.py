"""Claims: written once, revised around their words, superseded, never overwritten."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from lore import claiming
from lore.claiming import add_claim, gives_away, revise, save_claim, set_status, supersede
from lore.editing import Conflict
from lore.finding import search_lore
from lore.models import Change, Claim, Source
from lore.spoilers import Viewer
from tests.factories import make_claim, make_page, make_source

pytestmark = pytest.mark.django_db


def found(words):
    return [result.title for result in search_lore(Viewer(), words) if result.kind == "Claim"]


def logged():
    return Change.objects.filter(claim__isnull=False)


class TestSaving:
    def test_a_claim_gets_a_key_that_no_seed_has(self):
        claim = make_claim("")
        assert claim.key.startswith("X")
        assert make_claim("").key != claim.key

    def test_a_number_that_is_taken_is_passed_over(self):
        first = make_claim("A1")
        make_claim(f"X{first.pk + 2}")
        assert make_claim("").key == f"X{first.pk + 3}"

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
        "bad",
        [
            *({"status": "certain"}, {"status": ""}, {"text": ""}, {"as_of": None}),
            *({"key": key} for key in ("K" * 21, "a1", "A", "1", "A-1", "ABCDE1", "A1\n", "A" + "1" * 17)),
        ],
        ids=str,
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

    def test_a_seeds_claim_is_not_logged(self):
        make_claim()
        assert not logged().exists()


class TestAdding:
    def added(self, editor, **fields):
        about = {"sources": [make_source()], "editor": editor} | fields
        page = make_page("rooney") if not Claim.objects.exists() else Claim.objects.first().page
        claim = Claim(page=page, text="She dances.", status="reported", as_of=date(2025, 6, 1))
        return add_claim(claim, **about)

    def test_is_logged_with_its_reason(self, editor, three):
        claim = self.added(editor, reason="From the interview")
        change = logged().get()
        assert (change.kind, change.claim, change.page) == ("claim_added", claim, claim.page)
        assert (change.actor, change.reason, change.new_status) == (editor, "From the interview", "reported")

    def test_needs_a_source(self, editor):
        with pytest.raises(ValidationError) as problem:
            self.added(editor, sources=[])
        assert "sources" in problem.value.message_dict
        assert not Claim.objects.exists()

    def test_keeps_a_new_source_along_with_it(self, editor):
        source = Source(title="An interview", kind="interview", published_on=date(2025, 1, 2))
        claim = self.added(editor, sources=[make_source(), source])
        assert set(claim.sources.values_list("key", flat=True)) == {"article", "an-interview"}

    def test_a_source_is_known_by_its_address(self, editor):
        known = make_source(url="https://example.org/a")
        again = Source(title="Again", kind="post", published_on=date(2025, 1, 2), url="https://example.org/a")
        assert self.added(editor, sources=[again]).sources.get() == known

    def test_two_sources_of_one_title_are_two(self, editor):
        titled = {"title": "The article", "kind": "article", "published_on": date(2025, 1, 2)}
        claim = self.added(editor, sources=[make_source("the-article"), Source(**titled), Source(**titled)])
        assert claim.sources.count() == 3

    def test_leaves_no_source_behind_when_it_fails(self, editor):
        source = Source(title="An interview", kind="interview", published_on=date(2025, 1, 2))
        with pytest.raises(ValidationError):
            self.added(editor, sources=[source], supersedes=make_claim(), reason="")
        assert not Source.objects.filter(kind="interview").exists()
        assert Claim.objects.count() == 1

    def test_is_not_shown_on_its_home_twice(self, editor):
        page = make_page("rooney")
        claim = Claim(page=page, text="She dances.", status="reported", as_of=date(2025, 6, 1))
        add_claim(claim, sources=[make_source()], also_on=[page, make_page("plot")], editor=editor)
        assert [shown.slug for shown in claim.also_on.all()] == ["plot"]

    def test_can_take_anothers_place_at_once(self, editor):
        old = make_claim("A1", status="rumour")
        new = self.added(editor, supersedes=old, reason="It was announced.")
        change = logged().get()
        assert (change.kind, change.claim, change.newer) == ("claim_superseded", old, new)
        assert (change.old_status, change.new_status) == ("rumour", "reported")

    def test_gives_up_politely(self, editor, monkeypatch):
        make_claim("X1")
        monkeypatch.setattr(claiming, "next_key", lambda: "X1")
        monkeypatch.setattr(Claim, "full_clean", lambda self: None)
        with pytest.raises(Conflict):
            self.added(editor)


class TestRevising:
    def test_a_status_is_an_event_with_a_reason(self, editor):
        claim = make_claim(status="rumour")
        set_status(claim, "confirmed", editor=editor, reason="Announced", as_of=date(2026, 1, 2), precision="day")
        claim.refresh_from_db()
        assert (claim.status, claim.as_of, claim.precision) == ("confirmed", date(2026, 1, 2), "day")
        change = logged().get()
        assert (change.kind, change.old_status, change.new_status) == ("claim_status", "rumour", "confirmed")
        assert (change.reason, change.actor) == ("Announced", editor)

    @pytest.mark.parametrize("reason", ["", "  \n"])
    def test_a_status_without_a_reason_is_refused(self, editor, reason):
        claim = make_claim(status="rumour")
        with pytest.raises(ValidationError):
            set_status(claim, "confirmed", editor=editor, reason=reason)
        assert Claim.objects.get().status == "rumour"
        assert not logged().exists()

    def test_an_unknown_status_is_refused(self, editor):
        with pytest.raises(ValidationError):
            set_status(make_claim(), "certain", editor=editor, reason="So it is")
        assert not logged().exists()

    def test_what_stands_around_its_words_changes_in_one_entry(self, editor):
        claim, home, source = make_claim(), make_page("plot"), make_source()
        revised = revise(
            claim,
            editor=editor,
            reason="It belongs to the plot",
            page=home,
            sources=[source],
            also_on=[claim.page, home],
            story_position=40,
            position=2,
        )
        assert (revised.page, revised.sources.get(), revised.also_on.get()) == (home, source, claim.page)
        assert (revised.story_position, revised.position) == (40, 2)
        change = logged().get()
        assert (change.kind, change.page, change.reason) == ("claim_revised", home, "It belongs to the plot")

    def test_a_status_and_a_place_are_two_entries(self, editor):
        revise(make_claim(), editor=editor, reason="Both", status="rumour", sources=[make_source()], position=3)
        assert set(logged().values_list("kind", flat=True)) == {"claim_status", "claim_revised"}

    def test_a_status_with_its_source_and_date_is_one(self, editor):
        revise(make_claim(), editor=editor, reason="So", status="rumour", sources=[make_source()], precision="day")
        assert logged().get().kind == "claim_status"

    def test_nothing_changed_is_nothing_logged(self, editor):
        claim = make_claim()
        revise(claim, editor=editor, reason="Looked at it", status=claim.status, scope=0, sources=[])
        assert not logged().exists()
        assert Claim.objects.get().changed_at == claim.changed_at

    def test_its_last_source_stays(self, editor):
        claim = make_claim()
        claim.sources.set([make_source()])
        with pytest.raises(ValidationError):
            revise(claim, editor=editor, reason="Why not", sources=[])
        assert claim.sources.count() == 1

    def test_what_changed_meanwhile_is_a_conflict(self, editor):
        claim = make_claim(status="rumour")
        set_status(claim, "reported", editor=editor, reason="Printed", based_on=claim.changed_at)
        with pytest.raises(Conflict):
            set_status(claim, "contradicted", editor=editor, reason="Denied", based_on=claim.changed_at)
        assert Claim.objects.get().status == "reported"

    def test_the_reason_is_shielded_by_what_the_claim_gave_away_and_gives_away(self, editor, three, four):
        claim = make_claim(text=">!chapter-3: He falls.!<", scope=four.mask)
        revise(claim, editor=editor, reason="The stairs are no secret any more", scope=0)
        assert gives_away(Claim.objects.get()) == three.mask
        assert logged().get().scope == three.mask | four.mask

    def test_so_it_is_by_the_page_that_it_left(self, editor, three):
        claim = make_claim(page=make_page("secret", scope=three.mask))
        revise(claim, editor=editor, reason="It fits better", page=make_page("open"))
        assert logged().get().scope == three.mask

    def test_search_follows_its_scope(self, editor, three):
        claim = make_claim(text="She dances with knives.")
        revise(claim, editor=editor, reason="It is from Chapter 3", scope=three.mask)
        assert found("knives") == []


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
        assert not logged().exists()

    def test_search_finds_only_the_new_one(self, old, new):
        supersede(old, new)
        assert found("opens") == ["Ruska Roma: claim A2"]

    def test_an_editor_is_logged_with_the_reason(self, old, new, editor):
        supersede(old, new, editor=editor, reason="Put off")
        change = logged().get()
        assert (change.kind, change.claim, change.newer, change.reason) == ("claim_superseded", old, new, "Put off")

    def test_an_editor_says_why(self, old, new, editor):
        with pytest.raises(ValidationError):
            supersede(old, new, editor=editor)
        assert Claim.objects.standing().count() == 2

    def test_the_reason_is_shielded_by_both(self, old, editor, three):
        new = make_claim("A2", page=make_page("secret", scope=three.mask))
        supersede(old, new, editor=editor, reason="Put off")
        assert logged().get().scope == three.mask

    def test_twice_by_the_same_is_once(self, old, new, editor):
        for _ in range(2):
            supersede(old, new, editor=editor, reason="Put off")
        assert logged().count() == 1

    def test_by_two_at_once_is_a_conflict_for_the_second(self, old, new, editor):
        supersede(old, new, editor=editor, reason="Put off")
        with pytest.raises(Conflict):
            supersede(old, make_claim("A3"), editor=editor, reason="Put off again")
        assert Claim.objects.get(key="A1").superseded_by == new

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
