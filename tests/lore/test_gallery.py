"""The gallery, and a picture by itself."""

import pytest
from django.urls import reverse

from lore import gallery
from lore.preparing import prepare
from tests.factories import make_page
from tests.factories_theories import make_theory
from tests.lore.pictures import make_image, make_suggestion, place_of, png, store

WALL, NEW = "/lore/pictures/", "/lore/pictures/new/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


class TestWall:
    def test_shows_pictures_newest_first(self, guest):
        one, two = make_image(), make_image(alt="A second shoe")
        text = guest.get(WALL).text
        assert text.index(two.card_fallback) < text.index(one.card_fallback)
        assert f'href="{place_of(one)}">A ballet shoe</a>' in text

    def test_shows_a_shield_for_what_gives_something_away(self, guest, having_seen, three):
        image = make_image(scope=three.mask, alt="Telling words")
        text = guest.get(WALL).text
        assert "Telling words" not in text
        assert image.digest[:12] not in text
        assert f'href="{place_of(image)}"' in text
        assert "Telling words" in having_seen(three).get(WALL).text

    def test_shows_none_that_is_not_public(self, guest, sign_in, fan):
        make_image(is_public=False, uploader=fan)
        make_suggestion(fan, make_page())
        for client in (guest, sign_in(fan)):
            assert "Bare walls" in client.get(WALL).text

    def test_shows_none_of_a_theorys(self, guest, author):
        make_theory(author, picture=make_image())
        assert "Bare walls" in guest.get(WALL).text

    def test_goes_on_in_both_directions(self, guest, monkeypatch):
        monkeypatch.setattr(gallery, "SIZE", 2)
        keys = [store(alt=f"Shoe number {number}").pk for number in range(5)][::-1]
        first = guest.get(WALL).text
        assert (f"?before={keys[1]}" in first, "?after=" in first) == (True, False)
        middle = guest.get(f"{WALL}?before={keys[1]}").text
        assert (f"?before={keys[3]}" in middle, f"?after={keys[2]}" in middle) == (True, True)
        assert "Shoe number 1<" in middle
        last = guest.get(f"{WALL}?before={keys[3]}").text
        assert ("?before=" in last, f"?after={keys[4]}" in last) == (False, True)
        back = guest.get(f"{WALL}?after={keys[4]}").text
        assert "Shoe number 2<" in back
        assert "?before=" in back
        top = guest.get(f"{WALL}?after={keys[2]}").text
        assert ("?before=" in top, "?after=" in top) == (True, False)

    @pytest.mark.parametrize(
        "query", ["before=x", "before=", "after=-1", f"before={'9' * 400}", "after=%00", "before=٣"]
    )
    def test_a_silly_place_is_no_place(self, guest, query):
        store()
        assert guest.get(f"{WALL}?{query}").status_code == 200

    def test_behind_the_last_it_says_so(self, guest):
        assert "That was the last one" in guest.get(f"{WALL}?before=1").text

    def test_only_reading_is_allowed(self, guest):
        assert guest.post(WALL).status_code == 405

    def test_query_budget(self, guest, three, django_assert_max_num_queries):
        for _ in range(3):
            make_image()
        make_image(scope=three.mask)
        with django_assert_max_num_queries(2):  # pictures, works
            guest.get(WALL)


class TestOne:
    def test_tells_all_about_it(self, guest, fan, three):
        image = make_image(png(1000, 500), uploader=fan)
        page = make_page(lead_image=image)
        text = guest.get(place_of(image)).text
        assert image.fallback in text
        for words in ("A fan", "Made for the archive", "960 × 480", fan.get_absolute_url(), page.get_absolute_url()):
            assert words in text, words

    def test_names_no_page_that_is_shielded(self, guest, three):
        image = make_image()
        make_page("telling", scope=three.mask, lead_image=image)
        assert "telling" not in guest.get(place_of(image)).text.lower()

    def test_stands_behind_a_shield(self, guest, having_seen, three):
        image = make_image(scope=three.mask, alt="Telling words")
        text = guest.get(place_of(image)).text
        assert "Telling words" not in text
        assert f"?reveal=image-{image.pk}" in text
        shown = guest.get(f"{place_of(image)}?reveal=image-{image.pk}").text
        assert f"{image.fallback}?reveal=image-{image.pk}" in shown
        assert "Telling words" in having_seen(three).get(place_of(image)).text

    def test_that_is_not_public_is_its_uploaders(self, guest, sign_in, fan, author, editor):
        image = make_image(is_public=False, uploader=fan)
        found = [client.get(place_of(image)).status_code for client in map(sign_in, (fan, author, editor))]
        assert (found, guest.get(place_of(image)).status_code) == ([200, 404, 404], 404)

    def test_that_is_suggested_is_also_the_editors(self, guest, sign_in, fan, author, editor):
        image = make_suggestion(fan, make_page()).image
        found = [client.get(place_of(image)).status_code for client in map(sign_in, (fan, editor, author))]
        assert (found, guest.get(place_of(image)).status_code) == ([200, 200, 404], 404)

    def test_of_a_theory_is_not_there(self, guest, author):
        image = make_image()
        make_theory(author, picture=image)
        assert guest.get(place_of(image)).status_code == 404

    def test_asks_again_by_itself_while_it_is_prepared(self, guest):
        image, htmx = store(png(1000, 500)), {"HX-Request": "true"}
        text = guest.get(place_of(image)).text
        assert 'hx-get="?tries=1" hx-trigger="load delay:2s"' in text
        assert 'width="960" height="480" alt="A ballet shoe (the picture is being prepared)"' in text
        assert "Being prepared<noscript>; reload in a moment</noscript>." in text
        part = guest.get(f"{place_of(image)}?tries=29", headers=htmx).text
        assert part.strip().startswith("<div")
        assert ('hx-get="?tries=30"' in part, "<h1" in part) == (True, False)
        last = guest.get(f"{place_of(image)}?tries=30", headers=htmx).text
        assert ("hx-get" in last, "Being prepared; reload in a moment." in last) == (False, True)
        prepare(image.pk)
        ready = guest.get(f"{place_of(image)}?tries=3", headers=htmx).text
        assert ("hx-get" in ready, image.fallback in ready) == (False, True)

    def test_can_be_reported_and_found_from_the_report(self, guest, moderator, sign_in):
        image = make_image()
        assert guest.get(f"/report/?kind=image&id={image.pk}").status_code == 200
        assert f'href="{place_of(image)}"' in sign_in(moderator).get(f"/moderation/image/{image.pk}/").text


def test_every_address_is_named(guest):
    assert reverse("lore:gallery") == WALL
    assert reverse("lore:image_new") == NEW
