"""Search in lore, on whichever database the suite runs on."""

import pytest
from django.test import Client

from lore.addressing import set_aliases
from lore.claiming import supersede
from lore.editing import save_revision
from lore.finding import search_lore
from lore.models import SearchEntry
from lore.prose import Prose
from lore.search import LONGEST_QUERY, find, forget, words_of
from lore.spoilers import EVERYTHING, Viewer
from tests.factories import make_claim, make_page

pytestmark = pytest.mark.django_db


def titles(query, seen=0):
    return [result.title for result in search_lore(Viewer(seen=seen), query)]


def passage(query, seen=0):
    """The first result's words, with the matches in brackets."""
    parts = search_lore(Viewer(seen=seen), query)[0].passage
    return "".join(f"[{text}]" if is_match else text for text, is_match in parts)


class TestFinding:
    @pytest.fixture(autouse=True)
    def page(self, db):
        return make_page("ruska-roma", lead="A **syndicate** of dancers.", body="## Academy\n\nThe école, of [[Rome]].")

    @pytest.mark.parametrize(
        "query",
        [
            "ruska roma",
            "RUSKA",
            "rusk",
            "roma ruska",
            "syndicate",
            "syndicates",
            "dancer",
            "academy",
            "ecole",
            "école",
            "ECOLÉ",
            "  rome  ",
        ],
    )
    def test_finds(self, query):
        assert titles(query) == ["Ruska Roma"]

    @pytest.mark.parametrize("query", ["uska", "ruska nobody", "zzz", "", "   ", "**", "strong"])
    def test_does_not_find(self, query):
        assert titles(query) == []

    def test_finds_aliases_and_forgets_them(self, page):
        set_aliases(page, ["The Belarusians"])
        assert titles("belarus") == ["Ruska Roma"]
        set_aliases(page, [])
        assert titles("belarus") == []

    def test_follows_the_text(self, page):
        save_revision(page, Prose("New title", "Something else."), editor=None)
        assert titles("syndicate") == []
        assert titles("something") == ["New title"]

    def test_marks_what_was_found(self):
        assert passage("danc") == "A syndicate of [danc]ers. · Academy · The école, of Rome."

    def test_one_page_is_one_result(self, page):
        save_revision(page, Prose("Ruska Roma", "Ruska. Ruska.", "Ruska.\n\nRuska."), editor=None)
        assert titles("ruska") == ["Ruska Roma"]

    def test_drafts_and_house_pages_are_not_found(self):
        make_page("draft", lead="Unfindable.", is_published=False)
        make_page("rules", lead="Unfindable.", kind="house")
        assert titles("unfindable") == []

    def test_forgets(self, page):
        forget("page", page.pk)
        assert titles("ruska") == []

    def test_leads_to_the_page(self):
        result = search_lore(Viewer(), "ruska")[0]
        assert (result.href, result.kind) == ("/lore/ruska-roma/", "Topic")


class TestOrder:
    def test_the_very_name_comes_before_a_page_full_of_the_word(self):
        make_page("other", title="Knives", lead="Ballerina. " * 30)
        make_page("film", title="Ballerina")
        assert titles("ballerina") == ["Ballerina", "Knives"]

    def test_an_alias_is_a_name_too(self):
        make_page("other", title="Knives", lead="Ballerina. " * 30)
        set_aliases(make_page("rooney"), ["The Ballerina"])
        assert titles("ballerina")[0] == "Rooney"

    def test_titles_weigh_more_than_text(self):
        make_page("text", title="Knives", lead="On dancing.")
        make_page("title", title="Dancing with swords", lead="On something.")
        assert titles("dancing") == ["Dancing with swords", "Knives"]

    def test_pages_come_before_claims(self):
        make_claim(text="She dances.", page=make_page("rooney"))
        make_page("dances")
        assert titles("dances") == ["Dances", "Rooney: claim A1"]


def test_ballerina_gives_the_film_and_the_heroine_first(seeded):
    """Both are called so: the film by its title, Rooney by an alias."""
    assert titles("ballerina")[:2] in (["Ballerina", "Rooney"], ["Rooney", "Ballerina"])


class TestClaims:
    def test_are_found_with_status_and_address(self):
        claim = make_claim(text="She fights with skates.", status="rumour")
        found = search_lore(Viewer(), "skates")[0]
        assert (found.kind, found.status, found.href) == ("Claim", "rumour", claim.get_absolute_url())

    def test_superseded_ones_are_not(self):
        old = make_claim("A1", text="It opens in June.")
        supersede(old, make_claim("A2", text="It opens in July.", page=old.page))
        assert titles("opens") == ["Ruska Roma: claim A2"]

    def test_those_of_drafts_are_not(self):
        make_claim(text="She fights with skates.", page=make_page(is_published=False))
        assert titles("skates") == []


class TestShield:
    def test_leaves_out_a_shielded_page(self, three):
        make_page("telling", title="Kikimora", scope=three.mask)
        assert titles("kikimora") == []
        assert titles("kikimora", three.mask) == ["Kikimora"]
        assert titles("kikimora", EVERYTHING) == ["Kikimora"]

    def test_leaves_out_its_aliases(self, three):
        set_aliases(make_page("telling", scope=three.mask), ["Kikimora"])
        assert titles("kikimora") == []

    def test_leaves_out_a_shielded_section(self, three):
        make_page(lead="Open.", body="::: gives-away chapter-3\nThe kikimora.\n:::")
        assert titles("kikimora") == []
        assert titles("kikimora", three.mask) == ["Ruska Roma"]

    def test_leaves_out_covered_words(self, three):
        make_page(lead="Open, >!chapter-3: kikimora!<.")
        assert titles("kikimora") == []
        assert passage("open") == "[Open], …."

    def test_shows_no_passage_from_behind_it(self, three):
        make_page(lead="Open Roma.", body="::: gives-away chapter-3\nThe Roma kikimora.\n:::")
        assert passage("roma") == "Open [Roma]."

    def test_leaves_out_shielded_claims_and_claims_on_shielded_pages(self, three):
        make_claim("A1", text="The kikimora.", page=make_page("open"), scope=three.mask)
        make_claim("A2", text="The kikimora.", page=make_page("shut", scope=three.mask))
        assert titles("kikimora") == []
        assert len(titles("kikimora", three.mask)) == 2

    def test_a_reveal_does_not_widen_it(self, three):
        page = make_page("telling", title="Kikimora", scope=three.mask)
        assert find(Viewer(reveal=("page", str(page.pk))), "page", "kikimora") == []

    def test_another_seen_work_does_not_help(self, three, four):
        make_page("telling", title="Kikimora", scope=three.mask | four.mask)
        assert titles("kikimora", three.mask) == titles("kikimora", four.mask) == []


ODD = [
    *(
        '"',
        "'",
        '"unclosed',
        "AND",
        "OR",
        "NOT",
        "NEAR(a b)",
        "a AND",
        "*",
        "a*",
        "-a",
        "^a",
        "a:b",
        "title:a",
        "(",
        ")",
        "{a}",
    ),
    *(
        "\x00",
        "a\x00b",
        "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
        "%",
        "_",
        "__a_",
        "\\",
        "';--",
    ),
    *("a & b", "a | !b", "a <-> b", "a:*", "the", "²", "٣", "⑴", "ͺ", "日本語", "🩰", "a " * 200),
    *("a" * 10_000, "ä" * 10_000, " " * 10_000, '"' * 10_000),
]


@pytest.mark.parametrize("query", ODD, ids=lambda query: repr(query[:12]) + str(len(query)))
def test_odd_queries_are_answered(query):
    make_page(lead="a b the AND")
    answer = Client().get("/search/", {"q": query})
    assert answer.status_code == 200
    assert isinstance(titles(query), list)


def test_operators_are_words_too():
    make_page("one", title="Rum", lead="rum and not coke")
    make_page("two", title="Tea", lead="rum or tea")
    assert titles("rum AND coke") == ["Rum"]
    assert titles("rum NOT coke") == ["Rum"]
    assert titles("tea OR rum") == ["Tea"]
    assert titles('"rum" -coke') == ["Rum"]


@pytest.mark.parametrize(
    "query, words",
    [
        ("A b", ["a", "b"]),
        ("it's", ["it", "s"]),
        ("ÉCOLE", ["école"]),
        ("a " * 20, ["a"] * 8),
        ("x" * 300, ["x" * LONGEST_QUERY]),
    ],
)
def test_words_of_a_query(query, words):
    assert words_of(query) == words


def test_saving_again_leaves_no_second_entry():
    page = make_page()
    save_revision(page, Prose("T", "L"), editor=None)
    assert SearchEntry.objects.filter(kind="page", object_id=page.pk).count() == 1


def test_query_budget(django_assert_max_num_queries):
    for number in range(10):
        make_claim(f"A{number}", text="She dances.", page=make_page(f"p{number}", lead="She dances."))
    # matching pages · those pages · matching claims · those claims
    with django_assert_max_num_queries(4):
        assert len(titles("dances")) == 20


@pytest.mark.parametrize("path", ["/search/", "/theories/"])
def test_searching_too_fast(limits, path):
    guest = Client()
    statuses = [guest.get(path, {"q": "rooney"}).status_code for _ in range(121)]
    assert statuses == [200] * 120 + [429]
    assert guest.get(path).status_code == 200
