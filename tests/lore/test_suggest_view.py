"""/lore/<slug>/suggest/: any fan edits a page; an editor will look at it."""

import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from ballerina_site.ratelimit import LIMITS
from lore.editing import delete_page
from lore.models import Draft, Page, Review, Suggestion
from lore.seeing import set_seen
from lore.suggesting import MOST_OPEN, decline, version_of
from tests.factories import make_page
from tests.lore.proposing import BODY, body_with, fields, held, make_dancer, move_on, propose, suggest_address, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db) -> Page:
    return make_dancer()


@pytest.fixture
def client(sign_in, fan):
    return sign_in(fan)


def words_in(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


class TestOpening:
    def test_shows_the_page_as_it_is_written(self, client, page):
        form = held(client.get(suggest_address(page)))
        assert (form["title"], form["lead"], form["body"]) == ("Rooney", "A dancer.", BODY)
        assert (form["based_on"], form["version"], form["comment"]) == (str(page.current_id), "", "")

    def test_goes_on_with_an_open_suggestion(self, client, fan, page):
        mine = propose(fan, page, lead="Better.", comment="A scene.")
        answer = client.get(suggest_address(page))
        form = held(answer)
        assert (form["lead"], form["comment"], form["version"]) == ("Better.", "A scene.", version_of(mine))
        assert "You go on with the suggestion" in words_in(answer)

    def test_does_not_go_on_with_a_closed_one(self, client, fan, editor, page):
        decline(propose(fan, page, lead="Better."), editor, "No.")
        assert held(client.get(suggest_address(page)))["lead"] == "A dancer."

    def test_does_not_show_other_fans_suggestions(self, client, author, page):
        propose(author, page, lead="Better.")
        assert held(client.get(suggest_address(page)))["lead"] == "A dancer."

    def test_brings_an_open_one_up_to_date_when_the_page_moved_on(self, client, fan, page):
        propose(fan, page, body=body_with("She trains.", "She trains hard."))
        move_on(page, body=body_with("She leaves.", "She returns."))
        answer = client.get(suggest_address(page))
        form = held(answer)
        assert "She trains hard." in form["body"]
        assert "She returns." in form["body"]
        assert form["based_on"] == str(page.current_id)
        assert "fit together" in words_in(answer)

    def test_names_the_place_where_both_changed_something(self, client, fan, page):
        propose(fan, page, lead="Mine.")
        move_on(page, lead="Theirs.")
        answer = client.get(suggest_address(page))
        assert held(answer)["lead"] == "Mine."
        assert "the same place in: Lead." in words_in(answer)
        assert "Theirs." in words_in(answer)

    def test_leads_editors_to_the_editor(self, sign_in, editor, page):
        assert sign_in(editor).get(f"{suggest_address(page)}?a=1").url == "/lore/rooney/edit/?a=1"

    def test_leads_guests_to_sign_in(self, guest, page):
        answer = guest.get(suggest_address(page))
        assert answer.url == f"{reverse('account_login')}?next=%2Flore%2Frooney%2Fsuggest%2F"

    @pytest.mark.parametrize("how", ["draft", "deleted", "house", "nowhere"])
    def test_of_a_page_that_is_not_read_is_404(self, client, editor, page, how):
        if how == "deleted":
            delete_page(page, editor=editor, reason="A double.")
        elif how == "draft":
            Page.objects.update(is_published=False)
        elif how == "house":
            Page.objects.update(kind="house")
        else:
            page.slug = "nowhere"
        assert client.get(suggest_address(page)).status_code == 404

    def test_an_old_address_works_too(self, client, page):
        assert client.get(f"/lore/page-{page.pk}/suggest/").status_code == 200

    def test_asks_few_queries(self, client, fan, page, django_assert_max_num_queries):
        propose(fan, page)
        move_on(page, title="New")
        with django_assert_max_num_queries(11):
            client.get(suggest_address(page))

    def test_other_methods_are_refused(self, client, page):
        assert client.put(suggest_address(page)).status_code == 405


class TestSending:
    def test_makes_a_suggestion_and_leads_to_it(self, client, fan, page):
        answer = client.post(suggest_address(page), fields(page, lead="Better.", comment="A scene."))
        made = Suggestion.objects.get()
        assert (answer.status_code, answer.url) == (303, made.get_absolute_url())
        assert (made.author, made.lead, made.comment, made.based_on_id) == (fan, "Better.", "A scene.", page.current_id)
        assert "with the editors" in str(*get_messages(answer.wsgi_request))

    def test_again_changes_the_same_one(self, client, fan, page):
        mine = propose(fan, page, lead="Better.")
        client.post(suggest_address(page), fields(page, lead="Best.", version=version_of(mine)))
        assert Suggestion.objects.get().lead == "Best."

    def test_takes_lines_as_browsers_send_them(self, client, page):
        client.post(suggest_address(page), fields(page, body=BODY.replace("\n", "\r\n"), lead="Better."))
        assert Suggestion.objects.get().body == BODY

    @pytest.mark.parametrize(
        ("bad", "said"),
        [
            ({}, "Nothing is different"),
            ({"lead": ""}, "required"),
            ({"comment": ""}, "required"),
            ({"title": "x" * 121}, "at most 120"),
            ({"facts": "No colon"}, "Label: value"),
            ({"body": "fine\n\n::: gives-away chapter-99\nx\n:::"}, "chapter-99"),
        ],
        ids=["nothing", "no-lead", "no-reason", "long-title", "facts", "markup"],
    )
    def test_what_is_wrong_is_told_and_nothing_is_lost(self, client, page, bad, said):
        sent = fields(page, **bad)
        answer = client.post(suggest_address(page), sent)
        assert answer.status_code == 422
        assert said in words_in(answer)
        assert held(answer) == {name: str(value) for name, value in sent.items()}
        assert not Suggestion.objects.exists()

    @pytest.mark.parametrize("bad", [{}, {"based_on": "x"}, {"based_on": "99999"}, {"version": "y" * 50}])
    def test_nonsense_makes_nothing(self, client, page, bad):
        sent = fields(page, lead="Better.") | bad if bad else {}
        assert client.post(suggest_address(page), sent).status_code in {409, 422}
        assert not Suggestion.objects.exists()

    def test_too_many_at_once_is_told(self, client, fan, page):
        for number in range(MOST_OPEN):
            propose(fan, make_page(f"p{number}"), lead="Better.")
        answer = client.post(suggest_address(page), fields(page, lead="Better."))
        assert answer.status_code == 422
        assert "waiting for an editor" in words_in(answer)
        assert held(answer)["lead"] == "Better."

    def test_too_fast_is_told_and_nothing_is_lost(self, client, page, limits):
        for number in range(LIMITS["suggest"].new):
            mine = Suggestion.objects.first()
            sent = fields(page, lead=f"No. {number}", version=version_of(mine))
            assert client.post(suggest_address(page), sent).status_code == 303
        sent = fields(page, lead="One more.", version=version_of(Suggestion.objects.get()))
        answer = client.post(suggest_address(page), sent)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"]
        assert held(answer)["lead"] == "One more."
        assert Suggestion.objects.get().lead == f"No. {LIMITS['suggest'].new - 1}"

    def test_words_typed_before_the_session_ended_come_back(self, guest, sign_in, fan, page):
        guest.post(suggest_address(page), fields(page, lead="Lost words."))
        kept = guest.session["kept_fields"]
        client = sign_in(fan)
        session = client.session
        session["kept_fields"] = kept
        session.save()
        assert held(client.get(suggest_address(page)))["lead"] == "Lost words."

    def test_extra_fields_are_ignored(self, client, fan, author, page):
        sent = fields(page, lead="Better.", author=author.pk, state="approved", reviewer=fan.pk)
        client.post(suggest_address(page), sent)
        made = Suggestion.objects.get()
        assert (made.author, made.state, made.reviewer) == (fan, Review.OPEN, None)

    def test_an_editor_who_was_a_fan_while_writing_loses_nothing(self, sign_in, editor, page):
        assert sign_in(editor).post(suggest_address(page), fields(page, lead="Better.")).status_code == 303
        assert Suggestion.objects.get().author == editor

    @pytest.mark.parametrize("how", ["deleted", "nowhere"])
    def test_when_the_page_is_gone_the_words_come_back(self, client, editor, page, how):
        sent = fields(page, lead="Lost words.")
        if how == "deleted":
            delete_page(page, editor=editor, reason="A double.")
        where = suggest_address(page) if how == "deleted" else reverse("lore:suggest", args=["nowhere"])
        answer = client.post(where, sent)
        assert answer.status_code == 404
        assert held(answer)["lead"] == "Lost words."
        assert "no page here any more" in words_in(answer)


class TestPreviewAndDrafts:
    """As in the editors' editor; without JavaScript by buttons."""

    def test_a_preview_shows_the_text_and_sends_nothing(self, client, page):
        answer = client.post(suggest_address(page), fields(page, lead="*Better.*", comment="", action="preview"))
        assert answer.status_code == 200
        assert "<em>Better.</em>" in words_in(answer)
        assert held(answer)["lead"] == "*Better.*"
        assert not Suggestion.objects.exists()

    def test_a_draft_is_kept_offered_and_gone_on_with(self, client, fan, page):
        answer = client.post(suggest_address(page), fields(page, lead="Half a", action="draft"))
        assert (answer.status_code, answer.url) == (303, "/lore/rooney/suggest/?draft=1")
        assert held(client.get(answer.url))["lead"] == "Half a"
        offered = client.get(suggest_address(page))
        assert held(offered)["lead"] == "A dancer."
        assert "You have a draft" in words_in(offered)

    def test_a_draft_is_not_offered_to_others(self, client, sign_in, author, page):
        client.post(suggest_address(page), fields(page, lead="Half a", action="draft"))
        for query in ("", "?draft=1"):
            assert "Half a" not in words_in(sign_in(author).get(suggest_address(page) + query))

    def test_a_draft_is_dropped_once_it_is_sent(self, client, page):
        client.post(suggest_address(page), fields(page, lead="Half a", action="draft"))
        client.post(suggest_address(page), fields(page, lead="Whole."))
        assert not Draft.objects.exists()

    def test_a_draft_of_an_older_page_meets_the_new_one_when_it_is_sent(self, client, page):
        client.post(suggest_address(page), fields(page, lead="Mine.", action="draft"))
        move_on(page, title="Rooney Macarro")
        form = held(client.get(f"{suggest_address(page)}?draft=1"))
        again = client.post(suggest_address(page), form)
        assert again.status_code == 409
        assert (held(again)["title"], held(again)["lead"]) == ("Rooney Macarro", "Mine.")


class TestOvertaken:
    def test_both_come_together_where_they_fit(self, client, page):
        sent = fields(page, body=body_with("She trains.", "She trains hard."))
        move_on(page, body=body_with("She leaves.", "She returns."))
        answer = client.post(suggest_address(page), sent)
        form = held(answer)
        assert answer.status_code == 409
        assert "She trains hard." in form["body"]
        assert "She returns." in form["body"]
        assert (form["comment"], form["based_on"]) == (sent["comment"], str(page.current_id))
        assert "fit together" in words_in(answer)
        assert not Suggestion.objects.exists()

    def test_and_can_then_be_sent(self, client, page):
        sent = fields(page, body=body_with("She trains.", "She trains hard."))
        move_on(page, body=body_with("She leaves.", "She returns."))
        again = held(client.post(suggest_address(page), sent))
        assert client.post(suggest_address(page), again).status_code == 303
        assert Suggestion.objects.get().body == text_of(page).body.replace("She trains.", "She trains hard.")

    def test_where_they_do_not_fit_both_are_shown(self, client, page):
        sent = fields(page, lead="Mine.")
        move_on(page, lead="Theirs.")
        answer = client.post(suggest_address(page), sent)
        assert answer.status_code == 409
        assert held(answer)["lead"] == "Mine."
        assert "Theirs." in words_in(answer)
        assert "the same place in: Lead." in words_in(answer)

    def test_by_oneself_in_another_window(self, client, fan, page):
        sent = fields(page, body=body_with("She trains.", "She trains hard."))
        propose(fan, page, body=body_with("She leaves.", "She returns."))
        answer = client.post(suggest_address(page), sent)
        form = held(answer)
        assert answer.status_code == 409
        assert "She trains hard." in form["body"]
        assert "She returns." in form["body"]
        assert client.post(suggest_address(page), form).status_code == 303
        assert Suggestion.objects.get().body == form["body"]

    def test_by_an_editor_who_declined_it(self, client, fan, editor, page):
        mine = propose(fan, page, lead="One.")
        sent = fields(page, lead="Two.", version=version_of(mine))
        decline(mine, editor, "No.")
        answer = client.post(suggest_address(page), sent)
        assert answer.status_code == 409
        assert (held(answer)["lead"], held(answer)["version"]) == ("Two.", "")


class TestShield:
    """The page's text is shown as it was written: with all that it gives away."""

    @pytest.fixture
    def guarded(self, three):
        return make_page("rooney", body=f"{BODY}\n\n::: gives-away chapter-3\nShe dies.\n:::")

    def test_asks_first(self, client, guarded):
        answer = client.get(suggest_address(guarded))
        assert answer.status_code == 200
        assert "She dies." not in words_in(answer)
        assert f"reveal=source-{guarded.pk}" in words_in(answer)

    def test_shows_it_once_asked_for(self, client, guarded):
        answer = client.get(f"{suggest_address(guarded)}?reveal=source-{guarded.pk}")
        assert "She dies." in held(answer)["body"]

    def test_does_not_ask_who_has_seen_it(self, client, fan, three, guarded):
        set_seen(fan, three.mask)
        assert "She dies." in held(client.get(suggest_address(guarded)))["body"]

    def test_names_no_page_outside_the_seen_set(self, client, three):
        page = make_page("she-dies", scope=three.mask)
        for answer in (
            client.get(reverse("lore:suggest", args=[f"page-{page.pk}"])),
            client.post(reverse("lore:suggest", args=[f"page-{page.pk}"]), {"lead": "x"}),
        ):
            assert "she dies" not in words_in(answer).lower()
            assert "she-dies" not in words_in(answer)

    def test_a_text_that_came_to_give_more_away_is_not_shown_unasked(self, client, page, three):
        sent = fields(page, lead="Mine.")
        move_on(page, lead="She dies.", body=f"{BODY}\n\n::: gives-away chapter-3\nIn chapter three.\n:::")
        answer = client.post(suggest_address(page), sent)
        assert answer.status_code == 409
        assert "In chapter three." not in words_in(answer)
        assert "gives away <b>Chapter 3</b>" in words_in(answer)
        assert held(answer)["lead"] == "Mine."
        shown = client.post(f"{suggest_address(page)}?reveal=source-{page.pk}", sent)
        assert shown.status_code == 409
        assert "In chapter three." in words_in(shown)
