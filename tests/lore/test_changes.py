"""Recent changes: everything that changed in the lore, narrowed down, inside the shield."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lore.addressing import rename
from lore.changing import note
from lore.claiming import set_status
from lore.editing import delete_page, save_revision
from lore.models import Change, ChangeKind, Page
from lore.prose import Prose
from tests.factories import make_claim, make_fan, make_page, mark_seen

pytestmark = pytest.mark.django_db

ADDRESS = "/lore/changes/"


@pytest.fixture
def page(db, editor) -> Page:
    return make_page("ruska-roma", kind="organisation", editor=editor, comment="Written down")


@pytest.fixture
def secret(three, editor) -> Page:
    return make_page("telling-slug", title="Telling title", scope=three.mask, editor=editor, comment="Telling comment")


class TestRecentChanges:
    def test_tell_what_happened_where_by_whom_when_and_why_newest_first(self, guest, page, editor):
        save_revision(page, Prose("Ruska Roma", "Another lead."), editor=editor, comment="Mended the lead")
        text = guest.get(ADDRESS).text
        assert text.index("<strong>Page edited") < text.index("<strong>Page written")
        assert 'href="/lore/ruska-roma/"' in text
        assert 'href="/fans/edith/"' in text
        assert "Mended the lead" in text
        assert 'href="/lore/ruska-roma/compare/?from=1&amp;to=2"' in text
        assert 'href="/lore/ruska-roma/history/1/"' in text

    def test_name_the_fan_whose_suggestion_it_was(self, guest, page, editor):
        fan = make_fan(username="helper", display_name="A helping hand")
        save_revision(page, Prose("Ruska Roma", "Another lead."), editor=editor, credited_to=fan)
        assert "A helping hand" in guest.get(ADDRESS).text

    def test_tell_what_became_of_claims(self, guest, page, editor):
        set_status(make_claim("C7", page=page), "rumour", editor=editor, reason="Nobody says so any more")
        text = guest.get(ADDRESS).text
        assert "Confirmed → Rumour" in text
        assert 'href="/lore/claims/C7/"' in text

    def test_tell_of_a_deletion_without_a_link_and_of_nothing_else_about_that_page(self, guest, page, editor):
        delete_page(page, editor=editor, reason="A double")
        text = guest.get(ADDRESS).text
        assert "<strong>Page deleted" in text
        assert "A double" in text
        assert "<strong>Page written" not in text
        assert "/lore/ruska-roma/" not in text

    def test_do_not_tell_of_drafts_nor_of_house_pages(self, guest, editor):
        make_page("draft", title="A draft", is_published=False)
        make_page("about", title="A house page", kind="house")
        text = guest.get(ADDRESS).text
        assert "A draft" not in text
        assert "A house page" not in text

    def test_are_empty_before_anything_happened(self, guest, db):
        assert "Nothing has changed yet" in guest.get(ADDRESS).text

    def test_name_their_feeds(self, guest, page):
        text = guest.get(ADDRESS).text
        assert (
            '<link rel="alternate" type="application/atom+xml" title="What changed in the lore" href="/feeds/lore/">'
            in text
        )
        assert 'href="/feeds/claims/">' in text

    def test_escape_what_they_show(self, guest, page, editor):
        rename(page, "roma", editor, "<script>alert(1)</script>")
        assert "<script>alert" not in guest.get(ADDRESS).text

    def test_take_no_posts(self, guest, db):
        assert guest.post(ADDRESS).status_code == 405

    def test_take_a_bounded_number_of_queries(self, sign_in, page, three, django_assert_max_num_queries):
        fan = make_fan(username="reader")
        client = sign_in(fan)
        for number in range(60):
            claim = make_claim(f"N{number}", page=make_page(f"page{number}"), scope=three.mask if number % 3 else 0)
            set_status(claim, "rumour", editor=make_fan(username=f"fan{number}"), reason="Why")
        # Session, fan, seen-set, what they keep; the changes; the works that the shields name.
        with django_assert_max_num_queries(6):
            client.get(ADDRESS)


class TestNarrowedDown:
    @pytest.fixture
    def mixed(self, page, editor) -> None:
        other = make_page("the-director", kind="person", comment="Another page")
        rename(page, "roma", editor, "A better address")
        note(ChangeKind.EDITED, other, make_fan(username="somebody"), "By somebody else")
        note(ChangeKind.TIES, other, None, "Long ago", happened_at=timezone.now() - timedelta(days=40))

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("kind=renamed", {"A better address"}),
            ("pages=person", {"Another page", "By somebody else", "Long ago"}),
            ("who=edith", {"Written down", "A better address"}),
            ("who=EDITH", {"Written down", "A better address"}),
            ("who=nobody-here", set()),
            ("since=30", {"Written down", "Another page", "A better address", "By somebody else"}),
            ("since=90&pages=person&kind=ties", {"Long ago"}),
        ],
    )
    def test_by_kind_page_fan_and_time(self, guest, mixed, query, shown):
        text = guest.get(f"{ADDRESS}?{query}").text
        told = {"Written down", "Another page", "A better address", "By somebody else", "Long ago"}
        assert {words for words in told if words in text} == shown
        assert "noindex" in text

    @pytest.mark.parametrize(
        "query",
        ["kind=nonsense", "pages=house", "since=-1", "since=x", "since=9999999", "before=x", "before=" + "9" * 40],
    )
    def test_by_what_makes_no_sense_is_all_of_them(self, guest, mixed, query):
        answer = guest.get(f"{ADDRESS}?{query}")
        assert answer.status_code == 200
        assert "Written down" in answer.text

    def test_names_who_was_credited_too(self, guest, mixed, page):
        fan = make_fan(username="helper")
        save_revision(page, Prose("Ruska Roma", "L."), editor=None, comment="With help", credited_to=fan)
        assert "With help" in guest.get(f"{ADDRESS}?who=helper").text


class TestGoingThroughThem:
    def test_fifty_at_a_time_each_once(self, guest, page, editor):
        for number in range(119):
            note(ChangeKind.TIES, page, editor, f"Tied {number}.")
        seen, address = [], ADDRESS
        while address:
            listing = guest.get(address).context["listing"]
            seen += [entry.pk for entry in listing.entries]
            address = listing.older_href
        assert seen == sorted(Change.objects.values_list("pk", flat=True), reverse=True)

    def test_keeps_the_filter(self, guest, page, editor):
        for number in range(51):
            note(ChangeKind.TIES, page, editor, f"Tied {number}.")
        listing = guest.get(f"{ADDRESS}?kind=ties&who=edith").context["listing"]
        assert listing.older_href == f"{ADDRESS}?kind=ties&who=edith&before={listing.older}"

    def test_past_the_last_leads_back(self, guest, page):
        assert "That was the last one" in guest.get(f"{ADDRESS}?before=1").text


class TestBehindTheShield:
    def test_a_shielded_page_s_change_is_a_card_that_names_nothing(self, guest, secret):
        text = guest.get(ADDRESS).text
        assert "elling" not in text
        assert f'href="/lore/page-{secret.pk}/"' in text
        assert "<b>Chapter 3</b>" in text

    def test_more_than_two_in_a_row_fold(self, guest, secret, editor):
        for number in range(3):
            note(ChangeKind.TIES, secret, editor, f"Tied {number}.")
        assert "4 behind the curtain" in guest.get(ADDRESS).text

    def test_those_who_saw_the_work_see_it(self, sign_in, fan, secret, three):
        mark_seen(fan, three)
        assert "Telling comment" in sign_in(fan).get(ADDRESS).text

    def test_words_about_a_shielded_part_are_shielded_with_it(self, guest, having_seen, page, three, editor):
        body = "::: gives-away chapter-3\nTelling words.\n:::"
        save_revision(page, Prose("Ruska Roma", "A lead.", body), editor=editor, comment="Telling words put in")
        save_revision(page, Prose("Ruska Roma", "A lead."), editor=editor, comment="Telling words taken out")
        save_revision(page, Prose("Ruska Roma", "New lead."), editor=editor, comment="A safe comment")
        text = guest.get(ADDRESS).text
        assert "elling" not in text
        assert "A safe comment" in text
        assert "Telling words taken out" in having_seen(three).get(ADDRESS).text

    def test_a_claim_s_change_is_shielded_by_the_claim_and_by_what_superseded_it(self, guest, page, three, editor):
        claim = make_claim("T1", page=page, scope=three.mask)
        set_status(claim, "rumour", editor=editor, reason="Telling reason")
        assert "elling" not in guest.get(ADDRESS).text

    @pytest.mark.parametrize("query", ["kind=created", "pages=topic", "who=edith", "since=1"])
    def test_with_a_filter_what_is_shielded_is_left_out(self, guest, secret, query):
        """A card in its place would say that it fits the filter."""
        text = guest.get(f"{ADDRESS}?{query}").text
        assert "Nothing of the kind" in text
        assert f"page-{secret.pk}" not in text

    def test_reveals_exactly_one(self, guest, secret, editor):
        change = note(ChangeKind.TIES, secret, editor, "Telling tie")
        answer = guest.get(f"{ADDRESS}?reveal=change-{change.pk}")
        assert "Telling tie" in answer.text
        assert "Telling comment" not in answer.text
        assert answer["Cache-Control"] == "private, no-store"
