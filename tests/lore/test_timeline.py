"""/lore/timeline/: works and events in story order and in release order, and the picture of them."""

import re
from datetime import date

import pytest

from lore import markup
from lore.canon import lexicon_for
from lore.models import Event
from lore.spoilers import Viewer
from lore.timeline import Choice, strip, timeline
from tests.factories import make_claim, make_page, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(db):
    """Ballerina comes out last and plays third; nobody says when the series plays."""
    rows = [("one", 1, 1), ("two", 2, 2), ("four", 3, 4), ("series", 4, None), ("ballerina", 5, 3)]
    return {
        slug: make_work(slug, release_order=release, story_order=story, kind="series" if slug == "series" else "film")
        for slug, release, story in rows
    }


def make_event(key, *, text="", **fields):
    fields = {"title": f"Title of {key}", "track": "real"} | fields
    compiled = markup.to_json(markup.compile_line(text, lexicon_for(text)))
    return Event.objects.create(key=key, text=text, compiled=compiled, **fields)


def titles(page):
    """Those of the works, as the list gives them."""
    return re.findall(r"<h3>(?:<a [^>]*>)?(\w+)(?:</a>)?</h3>", page)


class TestOrders:
    def test_story_order_is_the_first(self, guest, works):
        text = guest.get("/lore/timeline/").text
        assert titles(text) == ["One", "Two", "Ballerina", "Four", "Series"]
        assert "The works in story order: One, Two, Ballerina, Four." in text.replace("Ballerina here", "Ballerina")

    def test_what_the_sources_do_not_place_stands_apart(self, guest, works):
        text = guest.get("/lore/timeline/").text
        assert text.index("Not placed in the story") < text.index("<h3>Series</h3>")

    def test_release_order_has_them_all(self, guest, works):
        text = guest.get("/lore/timeline/?order=release").text
        assert titles(text) == ["One", "Two", "Four", "Series", "Ballerina"]
        assert "Not placed in the story" not in text

    @pytest.mark.parametrize("order", ["nonsense", "", "\x00", "o" * 5000])
    def test_a_bad_order_is_story_order(self, guest, works, order):
        answer = guest.get("/lore/timeline/", {"order": order})
        assert answer.status_code == 200
        assert titles(answer.text)[2] == "Ballerina"

    def test_the_order_shown_is_marked(self, guest, works):
        text = guest.get("/lore/timeline/?order=release").text
        assert '<a href="?order=release#ways" aria-current="page">' in text
        assert text.count('aria-current="page">Story order') == 0


class TestPicture:
    def test_stops_stand_from_left_to_right_inside_it(self, works):
        row = timeline(Viewer(), Choice()).picture.row
        places = [dot.x for dot in row.dots]
        assert places == sorted(set(places))
        assert places[0] > 0
        assert places[-1] < row.width

    def test_the_film_is_marked(self, works):
        assert [stop.work.slug for stop in timeline(Viewer(), Choice("release")).stops if stop.is_here] == ["ballerina"]

    def test_an_arc_leads_back_from_the_last_released(self, works):
        picture = timeline(Viewer(), Choice()).picture
        here, after = picture.row.dots[2], picture.row.dots[3]
        assert picture.arc.path.startswith(f"M{after.x} ")
        assert f" {here.x} " in picture.arc.path
        assert timeline(Viewer(), Choice("release")).picture.arc is None

    def test_each_thing_in_it_leads_to_its_entry_in_the_list(self, guest, works):
        make_event("filming", happened_on=date(2023, 12, 1), precision="year")
        make_event("wedding", track="story", work=works["two"])
        text = guest.get("/lore/timeline/").text
        targets = re.findall(r'<a href="#([\w-]+)" class="node"', text)
        assert len(targets) == 6
        assert all(text.count(f'id="{target}"') == 1 for target in targets)

    def test_says_in_words_what_a_shape_stands_for(self, guest, works):
        make_event("filming", happened_on=date(2023, 12, 1), precision="year", kind="filmed", when_words="late 2023")
        text = guest.get("/lore/timeline/").text
        assert 'aria-label="Title of filming (Filmed, late 2023)"' in text
        assert re.search(r'<ul class="legend">.*?</svg>Filmed</li>', text)

    def test_a_shielded_event_leaves_no_gap(self, works):
        plain = timeline(Viewer(), Choice()).picture
        make_event("death", track="story", work=works["two"], scope=works["two"].mask)
        make_event("after-death", track="story", story_after=works["two"], scope=works["two"].mask)
        make_event("leak", happened_on=date(2019, 1, 1), scope=works["two"].mask)
        assert timeline(Viewer(), Choice()).picture == plain
        assert timeline(Viewer(seen=works["two"].mask), Choice()).picture != plain

    @pytest.mark.parametrize("zoom", ["1", "2", "3"])
    def test_gets_wider_by_plain_links(self, guest, works, zoom):
        text = guest.get(f"/lore/timeline/?zoom={zoom}").text
        assert f'viewBox="0 0 {int(zoom) * 1000} ' in text
        assert [f'?zoom={other}#ways"' in text and f">{other}×</a>" in text for other in "123"] == [True] * 3

    @pytest.mark.parametrize("count", [0, 1, 2])
    def test_few_works_are_no_error(self, guest, count):
        for number in range(count):
            make_work(f"w{number}")
        for order in ["story", "release"]:
            assert guest.get(f"/lore/timeline/?order={order}").status_code == 200


class TestEvents:
    def test_those_of_the_real_world_stand_in_their_own_list(self, guest, works):
        event = make_event("filming", text="It **ends**.", when_words="late 2023")
        text = guest.get("/lore/timeline/").text
        entry = text[text.index(f'id="event-{event.pk}"') :]
        assert text.index('id="real-world"') < text.index(f'id="event-{event.pk}"')
        assert "<h3>Title of filming</h3><p>It <strong>ends</strong>.</p>" in entry
        assert "late 2023" in entry

    def test_what_has_no_date_is_listed_as_such_and_drawn_nowhere(self, guest, works):
        event = make_event("reshoots")
        assert timeline(Viewer(), Choice(track="real")).picture is None
        text = guest.get("/lore/timeline/").text
        assert text.index('id="undated"') < text.index(f'id="event-{event.pk}"')
        assert f'href="#event-{event.pk}"' not in text

    def test_those_with_a_date_stand_in_its_order(self, works):
        make_event("late", happened_on=date(2025, 6, 1), precision="month")
        make_event("early", happened_on=date(2023, 12, 1), precision="year")
        assert [line.title for line in timeline(Viewer(), Choice()).dated] == ["Title of early", "Title of late"]

    def test_the_day_on_which_a_work_came_out_is_one(self, guest, works):
        works["one"].released_on = date(2014, 10, 24)
        works["one"].save()
        assert "24 October 2014" in guest.get("/lore/timeline/?track=real").text

    def test_where_a_shield_stands_does_not_tell_its_date(self, guest, works):
        hidden = make_event("hidden", happened_on=date(2020, 1, 1), scope=works["two"].mask)
        make_event("open", happened_on=date(2021, 1, 1))
        text = guest.get("/lore/timeline/?track=real").text
        assert text.index("Title of open") < text.index(f"reveal=event-{hidden.pk}")

    def test_those_after_a_work_stand_behind_it(self, guest, works):
        make_event("aftermath", track="story", story_after=works["two"])
        text = guest.get("/lore/timeline/").text
        assert text.index("<h3>Two</h3>") < text.index("<h4>Title of aftermath</h4>") < text.index("<h3>Ballerina</h3>")

    def test_those_that_nothing_places_stand_apart(self, guest, works):
        make_event("childhood", track="story")
        text = guest.get("/lore/timeline/").text
        assert text.index("Not placed in the story") < text.index("Title of childhood")

    def test_name_the_claim_they_rest_on_to_those_who_may_know_it(self, guest, works):
        page = make_page("open")
        make_event("known", claim=make_claim("A1", page=page))
        assert '<a href="/lore/open/#claim-A1">A1</a>' in guest.get("/lore/timeline/").text
        page.is_published = False
        page.save()
        assert "claim-A1" not in guest.get("/lore/timeline/").text

    def test_those_of_the_story_stand_with_their_work(self, guest, works):
        make_event("wedding", track="story", work=works["two"])
        text = guest.get("/lore/timeline/").text
        entry = text.index("<h4>Title of wedding</h4>")
        assert text.index("<h3>Two</h3>") < entry < text.index("<h3>Ballerina</h3>")

    def test_a_shield_stands_in_the_place(self, guest, having_seen, works):
        event = make_event("death", text="He dies.", track="story", work=works["two"], scope=works["two"].mask)
        text = guest.get("/lore/timeline/").text
        assert "Title of death" not in text
        assert f'href="?reveal=event-{event.pk}#event-{event.pk}"' in text
        assert "He dies." in having_seen("two").get("/lore/timeline/").text
        assert "He dies." in guest.get(f"/lore/timeline/?reveal=event-{event.pk}").text

    def test_is_shielded_by_its_claim_and_its_page(self, guest, works):
        secret = make_page("secret", scope=works["one"].mask)
        make_event("by-page", page=secret)
        make_event("by-claim", claim=make_claim(page=make_page("open"), scope=works["one"].mask))
        text = guest.get("/lore/timeline/").text
        assert "Title of by-page" not in text
        assert "Title of by-claim" not in text
        assert "secret" not in text

    def test_its_text_covers_what_gives_a_work_away(self, guest, having_seen, works):
        make_event("half", text="Safe, >!two: not safe!<.")
        assert "not safe" not in guest.get("/lore/timeline/").text
        assert "Safe, " in guest.get("/lore/timeline/").text
        assert "not safe" in having_seen("two").get("/lore/timeline/").text

    def test_a_reveal_shows_just_that_one(self, guest, works):
        one, _ = (make_event(key, scope=works["two"].mask) for key in ["one-event", "other-event"])
        text = guest.get(f"/lore/timeline/?reveal=event-{one.pk}").text
        assert "Title of one-event" in text
        assert "Title of other-event" not in text

    def test_each_in_a_fold_can_be_revealed_by_itself(self, guest, works):
        for number in range(3):
            make_event(f"telling-{number}", scope=works["two"].mask)
        text = guest.get("/lore/timeline/").text
        links = re.findall(r'href="(\?reveal=event-\d+)#', text)
        assert "3 behind the curtain" in text
        assert len(links) == 3
        assert "Title of telling-1" in guest.get(f"/lore/timeline/{links[1]}").text


class TestTracks:
    @pytest.fixture(autouse=True)
    def _events(self, works):
        make_event("filming", happened_on=date(2023, 12, 1), precision="year")
        make_event("wedding", track="story", work=works["two"])

    def test_both_are_the_first(self, guest):
        text = guest.get("/lore/timeline/").text
        assert "Title of filming" in text
        assert "Title of wedding" in text

    def test_the_story_alone(self, guest):
        text = guest.get("/lore/timeline/?track=story").text
        assert "Title of filming" not in text
        assert "<h3>Two</h3>" in text

    def test_the_real_world_alone_has_no_order_to_choose(self, guest):
        text = guest.get("/lore/timeline/?track=real").text
        assert "Title of wedding" not in text
        assert titles(text) == []
        assert "Release order" not in text

    def test_links_keep_what_was_chosen_before(self, guest):
        text = guest.get("/lore/timeline/?track=story&zoom=2&order=release").text
        assert 'href="?zoom=3&amp;order=release&amp;track=story#ways"' in text
        assert 'href="?order=story&amp;track=story&amp;zoom=2#ways"' in text

    @pytest.mark.parametrize("query", ["track=nonsense", "zoom=0", "zoom=9", "zoom=²", "zoom=", "track=%00&zoom=x"])
    def test_what_nobody_offers_is_the_first(self, guest, query):
        answer = guest.get(f"/lore/timeline/?{query}")
        assert answer.status_code == 200
        assert 'viewBox="0 0 1000 ' in answer.text
        assert "Title of filming" in answer.text

    def test_a_reveal_shows_its_event_whatever_was_chosen(self, guest, works):
        event = make_event("leak", scope=works["two"].mask)
        assert "Title of leak" in guest.get(f"/lore/timeline/?track=story&reveal=event-{event.pk}").text


def test_the_strip_has_the_works_in_story_order_and_no_events(works):
    make_event("wedding", track="story", work=works["two"])
    stops = strip(Viewer())
    assert [stop.work.slug for stop in stops] == ["one", "two", "ballerina", "four"]
    assert not any(stop.events for stop in stops)


class TestPagesOfWorks:
    def test_are_linked(self, guest, works):
        make_page("film", title="The film").works.add(works["one"])
        assert '<h3><a href="/lore/film/">One</a></h3>' in guest.get("/lore/timeline/").text

    def test_shielded_ones_and_drafts_are_not(self, guest, works):
        make_page("telling", scope=works["one"].mask).works.add(works["one"])
        make_page("draft", is_published=False).works.add(works["two"])
        text = guest.get("/lore/timeline/").text
        assert "<h3>One</h3>" in text
        assert "<h3>Two</h3>" in text
        assert "telling" not in text


def test_only_reading_is_allowed(guest, works):
    assert guest.post("/lore/timeline/").status_code == 405


def test_query_budget(guest, works, django_assert_max_num_queries):
    for number in range(10):
        page = make_page(f"p{number}")
        make_event(f"e{number}", page=page, claim=make_claim(f"A{number}", page=page), scope=number % 2)
    # works with their pages · events with what they hang on · works, for the words on the shields
    with django_assert_max_num_queries(3):
        guest.get("/lore/timeline/")
