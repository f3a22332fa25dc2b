"""Catch me up: the recap, whom it tells what, and what its address carries."""

import html
import re

import pytest

from lore.claiming import supersede
from lore.models import Claim, Page
from lore.recap import MOST_WORDS, recap
from lore.seeing import set_seen
from lore.spoilers import EVERYTHING, Viewer
from tests.factories import make_claim, make_page

pytestmark = pytest.mark.django_db

ADDRESS = "/lore/catch-up/"


def told(seen=0):
    return [sentence.claim.key for paragraph in recap(Viewer(seen=seen)).paragraphs for sentence in paragraph]


class TestTheStory:
    def test_is_told_in_its_order_each_hundred_a_paragraph(self):
        make_claim("A3", story_position=110)
        make_claim("A2", story_position=20)
        make_claim("A1", story_position=10)
        make_claim("A0", story_position=20)
        told = recap(Viewer())
        assert [[s.claim.key for s in paragraph] for paragraph in told.paragraphs] == [["A1", "A0", "A2"], ["A3"]]

    @pytest.mark.parametrize("status", ["opinion", "speculation", "contradicted"])
    def test_leaves_out_what_nobody_says_is_so(self, status):
        make_claim(status=status, story_position=10)
        assert told() == []

    @pytest.mark.parametrize("status", ["confirmed", "reported", "rumour"])
    def test_is_told_of_the_rest(self, status):
        make_claim(status=status, story_position=10)
        assert told() == ["A1"]

    def test_leaves_out_what_has_no_place_in_it(self):
        make_claim()
        assert told() == []

    def test_leaves_out_what_is_superseded_or_not_read(self):
        old = make_claim("A1", story_position=10)
        supersede(old, make_claim("A2", story_position=10))
        make_claim("A3", page=make_page("unread"), story_position=30)
        Page.objects.filter(slug="unread").update(is_published=False)
        assert told() == ["A2"]

    def test_keeps_inside_what_was_chosen(self, three, four):
        make_claim("A1", story_position=10)
        make_claim("A2", story_position=20, scope=three.mask)
        make_claim("A3", story_position=30, scope=three.mask | four.mask)
        make_claim("A4", story_position=40, page=make_page("secret", scope=four.mask))
        make_claim("A5", story_position=50, text="He >!chapter-3: falls!<.")
        assert told() == ["A1"]
        assert told(three.mask) == ["A1", "A2", "A5"]
        assert told(three.mask | four.mask) == ["A1", "A2", "A3", "A4", "A5"]


class TestItsLength:
    def claims(self, count, words, **fields):
        start = Claim.objects.count()
        for number in range(start, start + count):
            make_claim(f"A{number}", text="word " * words, story_position=number * 10, **fields)

    def test_is_three_hundred_words_at_most_with_keys_and_statuses(self):
        self.claims(40, 9)
        self.claims(40, 9, status="reported")
        made = recap(Viewer())
        assert made.words == 10 * 30 <= MOST_WORDS
        assert made.more == 50

    def test_prefers_the_firmer_and_what_many_pages_show(self):
        self.claims(1, 200, status="rumour")
        self.claims(1, 200, status="reported")
        self.claims(1, 200, status="reported")
        Claim.objects.get(key="A2").also_on.set([make_page("plot")])
        made = recap(Viewer())
        assert [s.claim.key for p in made.paragraphs for s in p] == ["A2"]
        assert made.more == 2

    def test_counts_what_is_shown(self, guest, three):
        self.claims(60, 12, status="reported")
        text = guest.get(ADDRESS).text
        shown = re.search(r'<div class="prose recap.*?</div>', text, re.DOTALL)[0]
        words = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", shown))).split()
        assert len([word for word in words if word != ","]) <= MOST_WORDS


@pytest.mark.usefixtures("seeded")
class TestTheSeededStory:
    @pytest.mark.parametrize("seen", [0, EVERYTHING])
    def test_fits(self, seen):
        made = recap(Viewer(seen=seen))
        assert made.words <= MOST_WORDS
        assert len(made.paragraphs) >= 4
        assert {"E1", "D1", "D2", "F1"} <= set(told(seen))
        assert ("C1" in told(seen)) is (seen == EVERYTHING)


class TestThePage:
    @pytest.fixture(autouse=True)
    def story(self, three, four):
        make_claim("A1", text="A dog dies.", page=make_page("wick"), story_position=10)
        make_claim("A2", text="A kikimora dances.", status="reported", story_position=20, scope=three.mask)
        make_claim("A3", text="A kelpie falls.", story_position=30, scope=four.mask)

    def test_without_a_choice_is_safe_for_all(self, guest):
        answer = guest.get(ADDRESS)
        assert answer.status_code == 200
        assert "A dog dies." in answer.text
        assert "kikimora" not in answer.text
        assert "X-Robots-Tag" not in answer

    def test_cites_each_sentence_and_says_what_is_not_confirmed(self, having_seen, three):
        text = having_seen(three).get(f"{ADDRESS}?seen=chapter-3").text
        assert 'href="/lore/wick/#claim-A1"' in text
        assert re.search(r'class="ref is-reported" href="/lore/wick/#claim-A2">.*?A2, reported</a>', text, re.DOTALL)
        assert "kelpie" not in text

    def test_ticks_what_the_viewer_has_seen(self, having_seen, three):
        text = having_seen(three).get(ADDRESS).text
        assert 'value="chapter-3" checked' in text
        assert 'value="chapter-4" checked' not in text

    def test_ticks_what_was_chosen(self, having_seen, three, four):
        text = having_seen(three, four).get(f"{ADDRESS}?seen=chapter-4").text
        assert 'value="chapter-4" checked' in text
        assert 'value="chapter-3" checked' not in text

    def test_a_shared_address_asks_first(self, guest, having_seen, three, four):
        shared = f"{ADDRESS}?seen=chapter-3&seen=chapter-4"
        for client in (guest, having_seen(three)):
            answer = client.get(shared)
            assert answer.status_code == 200
            assert "kikimora" not in answer.text
            assert "kelpie" not in answer.text
            assert f"reveal=recap-{three.mask | four.mask}" in answer.text
            assert "/settings/seen/?next=/lore/catch-up/%3Fseen%3Dchapter-3%26seen%3Dchapter-4" in answer.text
        assert "kelpie" in having_seen(three, four).get(shared).text

    def test_says_only_what_is_missing(self, having_seen, three):
        text = having_seen(three).get(f"{ADDRESS}?seen=chapter-3&seen=chapter-4").text
        assert "This recap gives away <b>Chapter 4</b>" in text

    def test_a_reveal_tells_just_that_story(self, guest, three, four):
        answer = guest.get(f"{ADDRESS}?seen=chapter-3&reveal=recap-{three.mask}")
        assert "kikimora" in answer.text
        assert "kelpie" not in answer.text
        assert answer["Cache-Control"] == "private, no-store"
        for other in (four.mask, 0, three.mask | four.mask):
            assert "kikimora" not in guest.get(f"{ADDRESS}?seen=chapter-3&reveal=recap-{other}").text

    def test_with_a_choice_is_not_for_search_engines(self, having_seen, three):
        answer = having_seen(three).get(f"{ADDRESS}?seen=chapter-3")
        assert answer["X-Robots-Tag"] == "noindex"
        assert 'content="noindex"' in answer.text

    def test_shields_nothing_for_who_wants_nothing_shielded(self, sign_in, fan):
        set_seen(fan, EVERYTHING)
        assert "kelpie" in sign_in(fan).get(f"{ADDRESS}?seen=chapter-4").text

    @pytest.mark.parametrize("query", ["seen=", "seen=nothing", "seen=%00&x=y", "reveal=recap-4", "reveal=recap-x"])
    def test_nonsense_is_no_choice(self, guest, query):
        answer = guest.get(f"{ADDRESS}?{query}")
        assert answer.status_code == 200
        assert "A dog dies." in answer.text
        assert "kikimora" not in answer.text

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_is_read_only(self, guest, method):
        assert getattr(guest, method)(ADDRESS).status_code == 405

    def test_query_budget(self, guest, three, django_assert_max_num_queries):
        # the works · the story
        with django_assert_max_num_queries(2):
            guest.get(f"{ADDRESS}?seen=chapter-3&reveal=recap-{three.mask}")


def test_with_no_story_says_so(guest, db):
    assert "Nothing to tell yet" in guest.get(ADDRESS).text
