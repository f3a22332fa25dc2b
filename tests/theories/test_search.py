import pytest

from lore.search import find
from lore.spoilers import EVERYTHING, Viewer
from tests.factories import make_work
from tests.factories_theories import make_draft, make_tag, make_theory, writing
from theories import posting
from theories.finding import search_theories

pytestmark = pytest.mark.django_db
GUEST, KNOWER = Viewer(), Viewer(seen=EVERYTHING)


def titles(viewer, query):
    return [result.title for result in search_theories(viewer, query)]


def test_found_by_claim_case_criteria_and_tag(author):
    make_theory(
        author,
        claim="Lanterns.",
        case="The pianist plays.",
        criteria="A trumpet sounds.",
        tags=[make_tag("violins")],
    )
    for query in ("lanterns", "pianist", "trumpet", "violins", "lant"):
        assert titles(GUEST, query) == ["Lanterns."]


def test_not_found_outside_the_shield(author):
    work = make_work("chapter-4")
    make_theory(author, claim="Lanterns.", scope=work.mask)
    make_theory(
        author,
        claim="Candles.",
        case="Look: >!chapter-4: the duel!<",
        tags=[make_tag("marquis", scope=work.mask)],
    )
    assert titles(GUEST, "lanterns") == titles(GUEST, "duel") == titles(GUEST, "marquis") == []
    assert titles(KNOWER, "lanterns") == ["Lanterns."]
    assert titles(KNOWER, "duel") == []


def test_drafts_and_hidden_theories_are_not_found(author):
    make_draft(author, claim="Lanterns.")
    make_theory(author, claim="Lanterns.", set_to={"is_hidden": True})
    assert titles(KNOWER, "lanterns") == []


def test_an_edit_is_found_at_once(author, theory):
    posting.edit(author, theory, writing(claim="Candles."))
    assert titles(GUEST, "candles") == ["Candles."]
    assert find(GUEST, "theory", "returns") == []


def test_the_sites_search_shows_them(guest, theory):
    page = guest.get("/search/?q=rooney").content.decode()
    assert theory.get_absolute_url() in page
