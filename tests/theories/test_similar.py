"""Theories that say nearly the same: ranked by likeness, inside the shield, at a bounded cost."""

import pytest

from lore.search import find, gather
from lore.spoilers import EVERYTHING, Viewer
from tests.factories import make_work
from tests.factories_theories import make_draft, make_theory
from theories import duplicating, posting
from theories.similar import likeness, questions, significant, similar

pytestmark = pytest.mark.django_db
GUEST, KNOWER = Viewer(), Viewer(seen=EVERYTHING)
CLAIM = "Rooney will open her own academy before the credits"


def like(viewer=GUEST, claim=CLAIM, **options):
    return [theory.claim for theory in similar(viewer, claim, **options)]


def test_the_likest_first_and_the_unlike_not_at_all(author):
    make_theory(author, claim="Rooney trains a girl at an academy.")
    make_theory(author, claim="Rooney opens an academy of her own.")
    make_theory(author, claim="The dog gets a name.")
    assert like() == ["Rooney opens an academy of her own.", "Rooney trains a girl at an academy."]
    assert like(claim="the of and") == []


def test_drafts_and_what_is_hidden_withdrawn_duplicate_or_shielded_is_never_offered(author):
    make_draft(author, claim=CLAIM)
    make_theory(author, claim=CLAIM, set_to={"is_hidden": True})
    posting.withdraw(author, make_theory(author, claim=CLAIM))
    duplicating.mark(author, make_theory(author, claim=CLAIM), make_theory(author, claim="The dog gets a name."))
    make_theory(author, claim=CLAIM, scope=make_work().mask)
    assert like() == []
    assert like(KNOWER) == [CLAIM]


def test_the_hottest_are_looked_at_whatever_their_words(author, monkeypatch):
    make_theory(author, claim="Rooney opens an academy.")
    monkeypatch.setattr("theories.similar.gather", lambda *_: [])
    assert like() == ["Rooney opens an academy."]


def test_three_queries(author, django_assert_num_queries):
    for number in range(5):
        make_theory(author, claim=f"Rooney opens academy number {number}.")
    # candidates from the index · the hottest · those that are alike
    with django_assert_num_queries(3):
        assert len(similar(GUEST, CLAIM)) == 5


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("Rooney returns.", "Rooney returns to the Ruska Roma", True),
        ("Rooney kills the Director", "The Director is killed by Rooney", True),
        ("John Wick and Rooney team up", "Rooney and John Wick join forces", True),
        ("The dog gets a name", "John Wick gets a dog", False),
        ("The High Table falls", "Rooney dances again", False),
        ("Wick and Rooney team up at last and Winston dies", "Rooney and Wick team up: a film shows them fight", True),
        ("Rooney teams up with John Wick", "Rooney and Wick team up: a film shows them fight side by side", True),
        ("The High Table falls because of Rooney", "Rooney brings down the High Table", True),
        ("There will be three Ballerina films", "Ballerina becomes a trilogy: three released films", True),
        ("Rooney dies", "Winston dies", False),
        ("Winston betrays Rooney", "Rooney and Wick team up", False),
        ("", "Rooney and Wick team up", False),
    ],
)
def test_likeness(one, other, is_alike):
    assert bool(likeness(significant(one), significant(other))) is is_alike


def test_fewer_and_fewer_words_are_asked_for():
    asked = questions(significant("Rooney opens an academy in Prague with Winston"))
    assert asked[0] == ("academy", "winston", "prague", "rooney", "opens")
    assert ("academy", "winston") in asked
    assert asked[-1] == ("academy",)
    assert len(asked) == len(set(asked)) <= 14


# The pool that searches rank


@pytest.fixture
def small_pool(monkeypatch):
    monkeypatch.setattr("lore.search._POOL", 3)
    monkeypatch.setattr("lore.search._WALK", 4)


def test_only_the_newest_matches_are_looked_at_but_a_very_name_always(author, small_pool):
    first = make_theory(author, claim="The lantern")
    for number in range(6):
        make_theory(author, claim=f"Lantern number {number}", case="lantern " * (number + 1))
    hits = find(GUEST, "theory", "lantern")
    assert [hit.title for hit in hits] == [first.claim, "Lantern number 5", "Lantern number 4", "Lantern number 3"]
    assert len(gather(GUEST, "theory", [["lantern"]], 2)) == 2


def test_begun_words_are_found_where_whole_ones_leave_room(author, small_pool):
    make_theory(author, claim="Lanterns everywhere")
    for number in range(2):
        make_theory(author, claim=f"Lant {number}")
    assert {hit.title for hit in find(GUEST, "theory", "lant")} >= {"Lanterns everywhere", "Lant 0", "Lant 1"}


def test_a_word_is_found_however_little_of_it_is_there(author):
    theory = make_theory(author, claim="Contraband in Rooney's workshop", case="It hums.")
    for length in range(1, len("contraband") + 1):
        for before in ("", "rooney "):
            found = find(GUEST, "theory", before + "contraband"[:length])
            assert [hit.object_id for hit in found] == [theory.pk], length


def test_the_pool_is_of_the_newest_that_the_viewer_may_see(author, small_pool, monkeypatch):
    monkeypatch.setattr("lore.search._WALK", 10)
    for number in range(6):
        # Between them, and last, some that give a work away.
        scope = make_work(f"chapter-{number}").mask if number % 2 else 0
        make_theory(author, claim=f"Lantern number {number}", scope=scope)
    assert [hit.title[-1] for hit in find(KNOWER, "theory", "lantern")] == ["5", "4", "3"]
    assert [hit.title[-1] for hit in find(GUEST, "theory", "lantern")] == ["4", "2", "0"]


def test_a_name_behind_the_shield_is_not_found_by_it(author, small_pool):
    make_theory(author, claim="The butler", scope=make_work().mask)
    assert find(GUEST, "theory", "butler") == []
    assert [hit.title for hit in find(KNOWER, "theory", "butler")] == ["The butler"]
