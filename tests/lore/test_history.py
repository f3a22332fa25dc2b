"""A page's past: its list of revisions, one of them, two compared."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lore.addressing import rename, set_aliases
from lore.changing import note
from lore.claiming import set_status
from lore.editing import delete_page
from lore.models import ChangeKind, ScheduledEdit
from tests.factories import make_claim, make_fan, make_page
from tests.lore.past import SECRET, forget_name, save

pytestmark = pytest.mark.django_db


class TestWhatWasCoveredLater:
    """A text from before somebody marked its telling part says that openly."""

    def test_is_asked_about_in_the_first_text_too_even_when_it_is_gone_again(self, guest, having_seen, editor, three):
        page = make_page("ruska-roma", body="Telling words.")
        save(page, SECRET, editor, "Covered it")
        save(page, "Nothing.", editor, "Took it out")
        for address in ("history/", "history/1/", "compare/?from=0&to=1", "compare/?from=1&to=3"):
            assert "elling" not in guest.get(f"/lore/ruska-roma/{address}").text
        save(page, "Nothing at all.", editor)
        assert "Nothing at all." in guest.get("/lore/ruska-roma/history/4/").text
        assert "Telling words." in having_seen(three).get("/lore/ruska-roma/history/1/").text


class TestHistory:
    def test_lists_every_revision_newest_first_with_who_when_and_why(self, guest, edited):
        text = guest.get("/lore/ruska-roma/history/").text
        assert text.index("Revision 3<") < text.index("Revision 2<") < text.index("Revision 1<")
        assert "Mended the first" in text
        assert 'href="/fans/edith/"' in text
        assert "suggested by" in text
        assert "Credited Fan" in text
        assert "+14<" in text

    def test_holds_a_plain_form_that_compares_two(self, guest, edited):
        text = guest.get("/lore/ruska-roma/history/").text
        assert 'method="get" action="/lore/ruska-roma/compare/"' in text
        assert 'name="from" value="2" checked' in text
        assert 'name="to" value="3" checked' in text
        assert "csrf" not in text

    def test_tells_of_the_page_s_other_changes_among_its_revisions(self, guest, edited, editor):
        claim = make_claim(page=edited)
        set_status(claim, "rumour", editor=editor, reason="Nobody says so any more")
        rename(edited, "the-roma", editor, "Shorter")
        text = guest.get("/lore/the-roma/history/").text
        assert text.index("Address changed") < text.index("Confirmed → Rumour") < text.index("Revision 3<")
        assert "Nobody says so any more" in text

    def test_goes_by_pages_and_no_change_falls_between_two(self, guest, page, editor, monkeypatch):
        monkeypatch.setattr("lore.history.A_PAGE", 3)
        for number in range(2, 8):
            save(page, f"Text {number}", editor)
            note(ChangeKind.TIES, page, editor, f"Tied {number}")
        seen, address = "", "/lore/ruska-roma/history/"
        for before in ("", "?before=5", "?before=2"):
            seen += guest.get(address + before).text
        assert [seen.count(f">Revision {number}<") for number in range(1, 8)] == [1] * 7
        assert [seen.count(f"Tied {number}<") for number in range(2, 8)] == [1] * 6
        assert "?before=5" in guest.get(address).text
        assert "?before=" not in guest.get(address + "?before=2").text

    def test_says_when_more_else_happened_than_it_shows(self, guest, page, editor, monkeypatch):
        monkeypatch.setattr("lore.history.MOST_OTHERS", 2)
        for number in range(3):
            note(ChangeKind.TIES, page, editor, f"Tied {number}")
        text = guest.get("/lore/ruska-roma/history/").text
        assert "only its 2 newest other changes" in text
        assert "Tied 0" not in text

    @pytest.mark.parametrize("before", ["x", "-3", "0", "999999999", "9" * 40, "٣", "1"])
    def test_a_silly_place_to_begin_does_no_harm(self, guest, edited, before):
        assert guest.get("/lore/ruska-roma/history/", {"before": before}).status_code == 200

    def test_offers_editors_to_bring_back_and_tells_them_of_a_scheduled_edit(self, sign_in, editor, fan, edited):
        fields = {"title": "T", "lead": "L", "comment": "Later", "editor": editor}
        ScheduledEdit.objects.create(page=edited, publish_at=timezone.now() + timedelta(days=3), **fields)
        shown = sign_in(editor).get("/lore/ruska-roma/history/").text
        assert "/lore/ruska-roma/history/1/restore/" in shown
        assert "/lore/ruska-roma/history/3/restore/" not in shown
        assert "waits for" in shown
        shown = sign_in(fan).get("/lore/ruska-roma/history/").text
        assert "/restore/" not in shown
        assert "waits for" not in shown

    def test_of_a_deleted_page_is_for_editors(self, guest, sign_in, editor, edited):
        delete_page(edited, editor=editor, reason="A double")
        assert guest.get("/lore/ruska-roma/history/").status_code == 404
        answer = sign_in(editor).get("/lore/ruska-roma/history/")
        assert answer.status_code == 200
        assert "was deleted" in answer.text

    def test_of_no_page_is_not_found(self, guest, db):
        assert guest.get("/lore/nothing-here/history/").status_code == 404

    def test_takes_no_posts(self, guest, edited):
        assert guest.post("/lore/ruska-roma/history/").status_code == 405

    def test_escapes_what_it_shows(self, guest, page, editor):
        save(page, "Text", editor, "<script>alert(1)</script>")
        text = guest.get("/lore/ruska-roma/history/").text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text

    def test_asks_the_database_no_more_for_many_revisions(self, guest, page, editor, django_assert_max_num_queries):
        for number in range(30):
            save(page, f"Text {number}", make_fan(username=f"fan{number}"))
        # The page with its current revision; the revisions; the other changes.
        with django_assert_max_num_queries(4):
            guest.get("/lore/ruska-roma/history/")


class TestHistoryBehindTheShield:
    def test_asks_first_when_any_revision_listed_gives_something_away(self, guest, telling):
        text = guest.get("/lore/ruska-roma/history/").text
        assert "<b>Chapter 3</b>" in text
        assert "elling" not in text
        assert "Said too much" not in text

    def test_opens_once_by_a_reveal_and_to_those_who_saw_the_work(self, guest, having_seen, telling, three):
        revealed = guest.get(f"/lore/ruska-roma/history/?reveal=source-{telling.pk}")
        assert "Took the telling words out" in revealed.text
        assert revealed["Cache-Control"] == "private, no-store"
        assert "Took the telling words out" in having_seen(three).get("/lore/ruska-roma/history/").text

    def test_asks_on_an_older_page_too_and_only_there_where_it_must(self, guest, telling, editor, monkeypatch):
        monkeypatch.setattr("lore.history.A_PAGE", 2)
        save(telling, "First text, again.", editor, "Four")
        save(telling, "First text, once more.", editor, "Five")
        assert "Five" in guest.get("/lore/ruska-roma/history/").text
        older = guest.get("/lore/ruska-roma/history/?before=4").text
        assert "Said too much" not in older
        assert "before=4&amp;reveal=source-" in older

    def test_words_about_what_was_taken_out_are_shielded_like_it(self, guest, telling, monkeypatch):
        """The newest revision itself gives nothing away, and its comment does."""
        monkeypatch.setattr("lore.history.A_PAGE", 1)
        assert "telling words" not in guest.get("/lore/ruska-roma/history/").text
        assert "telling words" not in guest.get("/lore/ruska-roma/history/3/").text

    def test_a_claim_s_change_outside_the_seen_set_is_a_nameless_line(self, guest, edited, three, editor):
        claim = make_claim("T9", page=edited, scope=three.mask)
        set_status(claim, "rumour", editor=editor, reason="Telling reason")
        text = guest.get("/lore/ruska-roma/history/").text
        assert "A change that gives away" in text
        assert "Telling reason" not in text
        assert "T9" not in text

    @pytest.mark.parametrize(
        "rest",
        ["history/", "history/1/", "compare/", "compare/?from=0&to=1", "history/1/restore/", "history/1/redact/"],
    )
    @pytest.mark.parametrize("slug", ["telling-slug", "telling-alias", "page-{}"])
    def test_of_a_page_outside_the_seen_set_nothing_is_told(self, sign_in, editor, three, rest, slug):
        secret = make_page("telling-slug", title="Telling title", body="Telling body.", scope=three.mask)
        set_aliases(secret, ["Telling alias"])
        address = f"/lore/{slug.format(secret.pk)}/{rest}"
        answer = sign_in(editor).get(address)
        assert answer.status_code == 200
        assert "elling" not in answer.text.replace(address, "")
        assert "<b>Chapter 3</b>" in answer.text


class TestRevision:
    def test_shows_the_page_as_it_was_and_says_so(self, guest, edited):
        text = guest.get("/lore/ruska-roma/history/2/").text
        assert '<p dir="auto">First text.</p>' in text
        assert "This is an old version of" in text
        assert 'href="/lore/ruska-roma/history/1/"' in text
        assert 'href="/lore/ruska-roma/history/3/"' in text
        assert "compare/?from=2&amp;to=3" in text
        assert "noindex" in text

    def test_says_of_the_current_one_that_it_is(self, guest, edited):
        text = guest.get("/lore/ruska-roma/history/3/").text
        assert "as it stands today" in text
        assert "/history/4/" not in text

    def test_shows_the_text_as_it_was_written(self, guest, page, editor):
        save(page, "Some *Markdown* & <b>signs</b>", editor)
        assert "Some *Markdown* &amp; &lt;b&gt;signs&lt;/b&gt;</pre>" in guest.get("/lore/ruska-roma/history/2/").text

    def test_resolves_links_as_they_are_today(self, guest, page, editor):
        save(page, "See [[The Director]].", editor)
        save(page, "Nothing to see.", editor)
        assert 'class="wanted"' in guest.get("/lore/ruska-roma/history/2/").text
        make_page("the-director")
        assert 'class="wanted"' not in guest.get("/lore/ruska-roma/history/2/").text

    def test_that_can_no_longer_be_shown_is_given_as_it_was_written(self, having_seen, telling, three):
        guest = having_seen(three)
        forget_name(three)
        answer = guest.get("/lore/ruska-roma/history/2/")
        assert answer.status_code == 200
        assert "as it was written" in answer.text
        assert "::: gives-away chapter-3\nTelling words." in answer.text

    def test_is_shielded_by_what_it_gives_away_itself(self, guest, having_seen, telling, three):
        save(telling, "First text, again.")
        assert "First text, again." in guest.get("/lore/ruska-roma/history/4/").text
        assert "elling" not in guest.get("/lore/ruska-roma/history/2/").text
        assert "Telling words." in having_seen(three).get("/lore/ruska-roma/history/2/").text
        assert "Telling words." in guest.get(f"/lore/ruska-roma/history/2/?reveal=source-{telling.pk}").text

    @pytest.mark.parametrize("number", [0, 4, 10**9, 10**30])
    def test_that_never_was_is_not_found(self, guest, edited, number):
        assert guest.get(f"/lore/ruska-roma/history/{number}/").status_code == 404

    def test_takes_no_posts(self, guest, edited):
        assert guest.post("/lore/ruska-roma/history/1/").status_code == 405


class TestComparison:
    def test_marks_lines_and_words_that_differ(self, guest, edited):
        text = guest.get("/lore/ruska-roma/compare/?from=2&to=3").text
        assert "First text<ins>, mended</ins>." in text
        assert '<span class="vh" dir="ltr">Removed: </span>' in text
        assert 'Text <span class="diff-sum">1 line removed, 1 added</span>' in text

    def test_is_shown_side_by_side_or_below_each_other(self, guest, edited):
        address = "/lore/ruska-roma/compare/?from=1&to=3"
        assert 'class="diff diff-side"' in guest.get(address).text
        assert 'class="diff diff-side"' in guest.get(address + "&view=nonsense").text
        assert 'class="diff diff-inline"' in guest.get(address + "&view=inline").text

    def test_does_not_mind_which_is_named_first(self, guest, edited):
        there, back = (guest.get(f"/lore/ruska-roma/compare/?{query}").text for query in ("from=1&to=3", "from=3&to=1"))
        assert there == back

    @pytest.mark.parametrize(
        ("query", "pair"),
        [
            ("", (2, 3)),
            ("from=1", (1, 3)),
            ("to=2", (1, 2)),
            ("from=0&to=1", (0, 1)),
            ("from=99&to=2", (2, 3)),
            ("from=x&to=y", (2, 3)),
            ("from=-1&to=2", (1, 2)),
            ("from=2&to=2", (2, 2)),
            ("from=0&to=0", (0, 1)),
            ("from=" + "9" * 50, (2, 3)),
            ("from=1&from=2&to=3", (2, 3)),
        ],
    )
    def test_of_silly_numbers_takes_the_nearest(self, guest, edited, query, pair):
        answer = guest.get(f"/lore/ruska-roma/compare/?{query}")
        old, new = answer.context["pair"].old, answer.context["pair"].new
        assert (old.number if old else 0, new.number) == pair

    def test_escapes_what_it_shows(self, guest, page, editor):
        save(page, "First <script>alert(1)</script> text.", editor)
        text = guest.get("/lore/ruska-roma/compare/").text
        assert "<script>alert" not in text
        assert "alert" in text

    def test_is_shielded_by_what_either_gives_away(self, guest, telling, three):
        for query in ("from=1&to=2", "from=2&to=3"):
            answer = guest.get(f"/lore/ruska-roma/compare/?{query}")
            assert "elling" not in answer.text
            assert f"{query.replace('&', '&amp;')}&amp;reveal=source-{telling.pk}" in answer.text
        revealed = guest.get(f"/lore/ruska-roma/compare/?from=1&to=2&reveal=source-{telling.pk}")
        assert "Telling words." in revealed.text

    def test_takes_no_posts(self, guest, edited):
        assert guest.post("/lore/ruska-roma/compare/").status_code == 405


def test_every_old_address_leads_to_the_page_itself_never_to_another_old_address(guest, page, editor):
    """One table holds all addresses, and each of its rows names a page: there is nothing a redirect could be
    doubled by."""
    set_aliases(page, ["The Family"])
    for slug in ("second-name", "third-name", "ruska-roma", "fourth-name"):
        rename(page, slug, editor)
    for old in ("ruska-roma", "second-name", "third-name", "the-family"):
        answer = guest.get(f"/lore/{old}/", follow=True)
        assert [address for address, _ in answer.redirect_chain] == ["/lore/fourth-name/"]
