"""Atom feeds: for everybody alike, so with nothing in them that a newcomer may not read."""

import re
import xml.etree.ElementTree as ET

import pytest

from lore.addressing import rename
from lore.changing import note
from lore.claiming import set_status
from lore.editing import delete_page, save_revision
from lore.models import Change, ChangeKind, Page
from lore.prose import Prose
from tests.factories import make_claim, make_fan, make_page, mark_seen

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/feeds/lore/", "/feeds/claims/", "/feeds/lore/ruska-roma/"]


@pytest.fixture
def page(db, editor) -> Page:
    return make_page("ruska-roma", editor=editor, comment="Written down")


@pytest.fixture
def busy(page, editor) -> Page:
    set_status(make_claim("A1", page=page), "rumour", editor=editor, reason="Nobody says so any more")
    save_revision(page, Prose("Ruska Roma", "Another lead."), editor=editor, comment="Mended the lead")
    make_page("elsewhere", comment="Another page")
    return page


def entries(answer) -> list[ET.Element]:
    return ET.fromstring(answer.content).findall(f"{ATOM}entry")


def titles(answer) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in entries(answer)]


class TestFeeds:
    @pytest.mark.parametrize("address", FEEDS)
    def test_are_atom_and_say_where_they_are(self, guest, busy, settings, address):
        settings.SITE_URL = "https://archive.example"
        answer = guest.get(address, headers={"Host": "localhost"})
        root = ET.fromstring(answer.content)
        assert answer["Content-Type"].startswith("application/atom+xml")
        assert root.tag == f"{ATOM}feed"
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        assert links["self"] == f"https://archive.example{address}"
        assert all(href.startswith("https://archive.example/") for href in links.values())
        assert root.findtext(f"{ATOM}id") == "tag:archive.example,2025:" + address.strip("/").replace("/", ":")

    def test_of_the_lore_hold_everything_newest_first(self, guest, busy):
        assert titles(guest.get("/feeds/lore/")) == [
            "Elsewhere: Page written",
            "Ruska Roma: Page edited",
            "Ruska Roma: Claim’s status changed",
            *[f"Ruska Roma: {change.get_kind_display()}" for change in Change.objects.filter(kind="claim_added")],
            "Ruska Roma: Page written",
        ]

    def test_of_claims_hold_claims_alone(self, guest, busy):
        answer = guest.get("/feeds/claims/")
        assert all("Claim" in title for title in titles(answer))
        assert "Confirmed → Rumour" in answer.text
        assert "Nobody says so any more" in answer.text

    def test_of_a_page_hold_that_page_alone(self, guest, busy):
        told = titles(guest.get("/feeds/lore/ruska-roma/"))
        assert "Ruska Roma: Page edited" in told
        assert not any("Elsewhere" in title for title in told)

    def test_name_each_entry_for_good_and_say_when_it_happened(self, guest, busy, editor, settings):
        settings.SITE_URL = "https://archive.example"

        def told() -> list[tuple[str, str]]:
            return [
                (entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}updated"))
                for entry in entries(guest.get("/feeds/lore/"))
            ]

        before = told()
        newest = Change.objects.filter(page__slug="elsewhere").get()
        assert before[0] == (f"tag:archive.example,2025:change:{newest.pk}", newest.happened_at.isoformat())
        rename(busy, "the-roma", editor)
        assert told()[1:] == before

    def test_lead_to_what_changed(self, guest, busy, settings):
        links = [entry.find(f"{ATOM}link").get("href") for entry in entries(guest.get("/feeds/lore/ruska-roma/"))]
        assert f"{settings.SITE_URL}/lore/ruska-roma/compare/?from=1&to=2" in links
        assert f"{settings.SITE_URL}/lore/ruska-roma/history/1/" in links
        assert f"{settings.SITE_URL}/lore/claims/A1/" in links

    def test_hold_what_no_xml_can_and_what_html_would_read(self, guest, page, editor):
        note(ChangeKind.TIES, page, make_fan(username="x", display_name="A\x0bB"), "<b>\x08bold</b> & \ufffe more")
        entry = entries(guest.get("/feeds/lore/"))[0]
        assert entry.findtext(f"{ATOM}summary") == "<p>&lt;b&gt;bold&lt;/b&gt; &amp;  more</p>"
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == "AB"

    def test_tell_of_a_deleted_page_without_leading_there(self, guest, busy, editor):
        delete_page(busy, editor=editor, reason="A double")
        answer = guest.get("/feeds/lore/")
        assert titles(answer)[0] == "Ruska Roma: Page deleted"
        assert "/lore/ruska-roma/" not in answer.text
        assert guest.get("/feeds/lore/ruska-roma/").status_code == 404

    @pytest.mark.parametrize("address", FEEDS)
    def test_may_be_kept_and_asked_for_again(self, guest, busy, address):
        answer = guest.get(address)
        assert "public" in answer["Cache-Control"]
        assert "max-age=300" in answer["Cache-Control"]
        assert guest.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
        assert guest.get(address, headers={"If-Modified-Since": answer["Last-Modified"]}).status_code == 304
        note(ChangeKind.CLAIM_ADDED, busy, None, "One more")
        assert guest.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 200

    @pytest.mark.parametrize("address", FEEDS)
    def test_ask_the_database_no_more_for_many_entries(self, guest, page, address, django_assert_max_num_queries):
        for number in range(20):
            claim = make_claim(f"N{number}", page=page)
            set_status(claim, "rumour", editor=make_fan(username=f"fan{number}"), reason="Why")
        # The page, for its own feed; the changes.
        with django_assert_max_num_queries(2):
            assert guest.get(address).status_code == 200

    def test_of_nothing_are_feeds_still(self, guest, db):
        assert titles(guest.get("/feeds/lore/")) == []

    def test_of_no_page_or_of_a_house_page_are_not_found(self, guest, db):
        make_page("about", kind="house")
        assert guest.get("/feeds/lore/nothing/").status_code == 404
        assert guest.get("/feeds/lore/about/").status_code == 404

    @pytest.mark.parametrize("address", FEEDS)
    def test_take_no_posts(self, guest, page, address):
        assert guest.post(address).status_code == 405


class TestBehindTheShield:
    @pytest.fixture
    def telling(self, page, three, editor) -> Page:
        secret = make_page("telling-slug", title="Telling title", scope=three.mask, comment="Telling comment")
        body = "::: gives-away chapter-3\nTelling words.\n:::"
        save_revision(page, Prose("Ruska Roma", "A lead.", body), editor=editor, comment="Telling words put in")
        claim = make_claim("T1", page=page, scope=three.mask)
        set_status(claim, "rumour", editor=editor, reason="Telling reason")
        return secret

    @pytest.mark.parametrize("address", FEEDS)
    def test_hold_nothing_that_gives_something_away_whoever_asks(self, guest, sign_in, fan, telling, three, address):
        mark_seen(fan, three)
        keys = Change.objects.values_list("pk", flat=True)
        asked = [guest.get(address), sign_in(fan).get(address)]
        asked += [guest.get(f"{address}?reveal=change-{key}") for key in keys]
        for answer in asked:
            assert "elling" not in answer.text
            assert not re.search(r"\bT1\b", answer.text)

    @pytest.mark.parametrize("slug", ["telling-slug", "page-{}"])
    def test_of_a_page_outside_are_not_found_even_for_those_who_saw_the_work(self, sign_in, fan, telling, three, slug):
        mark_seen(fan, three)
        answer = sign_in(fan).get(f"/feeds/lore/{slug.format(telling.pk)}/")
        assert answer.status_code == 404
        assert "Telling" not in answer.text

    def test_are_the_same_for_a_fan_and_a_guest(self, guest, sign_in, fan, telling, three):
        mark_seen(fan, three)
        assert guest.get("/feeds/lore/").content == sign_in(fan).get("/feeds/lore/").content
