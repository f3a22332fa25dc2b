"""/lore/suggestions/<pk>/: its author sees what became of it, an editor decides."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from ballerina_site.ratelimit import LIMITS
from lore.editing import delete_page
from lore.models import Page, Review, Suggestion
from lore.prose import Prose
from lore.seeing import set_seen
from lore.suggesting import approve, decline, version_of, withdraw
from tests.factories import make_page
from tests.lore.proposing import BODY, body_with, make_dancer, move_on, propose, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db) -> Page:
    return make_dancer()


@pytest.fixture
def proposal(fan, page) -> Suggestion:
    return propose(fan, page, body=body_with("She trains.", "She trains hard."), comment="A scene shows it.")


@pytest.fixture
def desk(sign_in, editor):
    """An editor's browser."""
    return sign_in(editor)


def held(answer) -> dict[str, str]:
    form = answer.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def words_in(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"</?(ins|del)>", "", answer.content.decode()))


def decide(client, proposal, action, **changed):
    """Opens the case, changes the form, presses the button."""
    answer = client.get(proposal.get_absolute_url())
    return client.post(proposal.get_absolute_url(), held(answer) | {"action": action} | changed)


def again(proposal):
    return Suggestion.objects.get(pk=proposal.pk)


class TestWhoSeesIt:
    def test_its_author_and_editors(self, sign_in, fan, editor, admin, proposal):
        for user in (fan, editor, admin):
            assert sign_in(user).get(proposal.get_absolute_url()).status_code == 200

    def test_nobody_else(self, sign_in, author, moderator, proposal):
        for user in (author, moderator):
            for action in ("", "approve", "decline", "withdraw"):
                assert sign_in(user).post(proposal.get_absolute_url(), {"action": action}).status_code == 404
            assert sign_in(user).get(proposal.get_absolute_url()).status_code == 404

    def test_guests_go_to_sign_in(self, guest, proposal):
        assert guest.get(proposal.get_absolute_url()).status_code == 302

    def test_nobody_sees_one_that_does_not_exist(self, desk):
        assert desk.get(reverse("lore:suggestion", args=[99])).status_code == 404

    def test_other_methods_are_refused(self, desk, proposal):
        assert desk.delete(proposal.get_absolute_url()).status_code == 405


class TestTheCase:
    def test_says_which_page_who_and_why(self, desk, proposal):
        text = words_in(desk.get(proposal.get_absolute_url()))
        for word in ("Rooney", 'href="/lore/rooney/"', 'href="/fans/fan/"', ">A scene shows it.<", "waiting"):
            assert word in text

    @pytest.mark.parametrize("query", ["", "?side=1"])
    def test_shows_what_changes(self, desk, proposal, query):
        text = words_in(desk.get(proposal.get_absolute_url() + query))
        assert "She trains hard." in text
        assert f"diff-{'side' if query else 'inline'}" in text

    def test_shows_the_author_no_form_to_decide_with(self, sign_in, fan, proposal):
        answer = sign_in(fan).get(proposal.get_absolute_url())
        assert "form" not in answer.context or not answer.context["form"]
        assert 'value="approve"' not in words_in(answer)
        assert 'value="withdraw"' in words_in(answer)
        assert 'href="/lore/rooney/suggest/"' in words_in(answer)

    def test_says_when_the_page_moved_on_and_how_both_fit(self, desk, proposal, page):
        move_on(page, body=body_with("She leaves.", "She returns."))
        answer = desk.get(proposal.get_absolute_url())
        assert "Both fit together." in words_in(answer)
        assert {"She trains hard.", "She returns."} <= set(held(answer)["body"].splitlines())
        assert held(answer)["based_on"] == str(page.current_id)

    def test_names_where_they_do_not_fit(self, desk, proposal, page):
        move_on(page, body=body_with("She trains.", "She never trains."))
        text = words_in(desk.get(proposal.get_absolute_url()))
        assert "the same place in: Text." in text
        assert "She never trains." in text

    def test_says_when_the_page_says_it_already(self, desk, proposal, page):
        move_on(page, body=proposal.body)
        assert "The page says this already" in words_in(desk.get(proposal.get_absolute_url()))

    def test_tells_the_author_that_the_page_moved_on(self, sign_in, fan, proposal, page):
        move_on(page, title="Rooney Macarro")
        text = words_in(sign_in(fan).get(proposal.get_absolute_url()))
        assert "moved on since" in text
        assert "Both fit together" not in text

    def test_tells_what_became_of_it(self, sign_in, fan, editor, page, proposal):
        client = sign_in(fan)
        decline(proposal, editor, "No source says so.")
        text = words_in(client.get(proposal.get_absolute_url()))
        assert "Declined by edith" in text
        assert "No source says so." in text
        assert 'value="withdraw"' not in text

    def test_leads_to_the_revision_that_came_of_it(self, desk, editor, page, proposal):
        approve(proposal, editor, Prose.of(proposal), based_on=page.current)
        assert 'href="/lore/rooney/history/2/"' in words_in(desk.get(proposal.get_absolute_url()))

    def test_stands_when_the_page_is_deleted(self, desk, editor, page, proposal):
        delete_page(page, editor=editor, reason="A double.")
        assert desk.get(proposal.get_absolute_url()).status_code == 200

    def test_asks_few_queries(self, desk, proposal, page, django_assert_max_num_queries):
        move_on(page, title="New")
        with django_assert_max_num_queries(9):
            desk.get(proposal.get_absolute_url())


class TestApproving:
    def test_as_it_is(self, desk, fan, editor, page, proposal):
        answer = decide(desk, proposal, "approve")
        page.refresh_from_db()
        assert (answer.status_code, answer.url) == (303, proposal.get_absolute_url())
        assert page.current.body == proposal.body
        assert (page.current.editor, page.current.credited_to) == (editor, fan)
        assert len(mail.outbox) == 1

    def test_amended(self, desk, page, proposal):
        decide(desk, proposal, "approve", lead="A dancer, trained.", comment="Sourced.")
        page.refresh_from_db()
        assert (page.current.lead, page.current.comment) == ("A dancer, trained.", "Sourced.")

    def test_on_a_page_that_had_moved_on(self, desk, page, proposal):
        move_on(page, body=body_with("She leaves.", "She returns."))
        decide(desk, proposal, "approve")
        page.refresh_from_db()
        assert "She trains hard." in page.current.body
        assert "She returns." in page.current.body

    @pytest.mark.parametrize("bad", [{"lead": ""}, {"comment": ""}, {"body": ":::"}, {"based_on": ""}])
    def test_of_what_cannot_be_saved_is_refused_and_nothing_is_lost(self, desk, proposal, bad):
        answer = decide(desk, proposal, "approve", title="Typed", **bad)
        assert answer.status_code == 422
        assert held(answer)["title"] == "Typed"
        assert again(proposal).is_open

    def test_when_nothing_would_change_is_refused(self, desk, page, proposal):
        move_on(page, body=proposal.body)
        answer = decide(desk, proposal, "approve")
        assert answer.status_code == 422
        assert "nothing would change" in words_in(answer)

    def test_is_not_for_the_author(self, sign_in, fan, page, proposal):
        sent = Prose.of(proposal).fields | {"comment": "x", "based_on": page.current_id}
        for action in ("approve", "decline"):
            answer = sign_in(fan).post(proposal.get_absolute_url(), sent | {"action": action, "reason": "x"})
            assert answer.status_code == 403
        assert again(proposal).is_open

    def test_too_fast_is_told_and_nothing_is_lost(self, desk, proposal, limits):
        for _ in range(LIMITS["edit"].regular):
            desk.post(proposal.get_absolute_url(), {"action": "decline"})
        answer = decide(desk, proposal, "approve", title="Typed")
        assert answer.status_code == 429
        assert answer.headers["Retry-After"]
        assert held(answer)["title"] == "Typed"


class TestPreviewing:
    def test_shows_the_amended_text_and_decides_nothing(self, desk, proposal):
        answer = decide(desk, proposal, "preview", lead="*Better.*")
        assert answer.status_code == 200
        assert "<em>Better.</em>" in words_in(answer)
        assert held(answer)["lead"] == "*Better.*"
        assert again(proposal).is_open

    def test_is_for_editors(self, sign_in, fan, proposal):
        answer = sign_in(fan).post(proposal.get_absolute_url(), {"action": "preview", "lead": "x"})
        assert answer.status_code == 403


class TestDeclining:
    def test_with_a_reason(self, desk, editor, page, proposal):
        assert decide(desk, proposal, "decline", reason="No source.\r\nSorry.").status_code == 303
        made = again(proposal)
        assert (made.state, made.reason, made.reviewer) == (Review.DECLINED, "No source.\nSorry.", editor)
        assert page.revisions.count() == 1

    @pytest.mark.parametrize("reason", ["", " ", "x" * 501])
    def test_without_one_that_fits_is_refused(self, desk, proposal, reason):
        answer = decide(desk, proposal, "decline", reason=reason, lead="Typed.")
        assert answer.status_code == 422
        assert held(answer)["lead"] == "Typed."
        assert answer.context["form"].errors["reason"]
        assert again(proposal).is_open

    def test_does_not_need_a_text_that_compiles(self, desk, proposal):
        assert decide(desk, proposal, "decline", reason="No source.", body=":::").status_code == 303


class TestWithdrawing:
    def test_by_its_author(self, sign_in, fan, proposal):
        answer = sign_in(fan).post(proposal.get_absolute_url(), {"action": "withdraw"})
        assert answer.status_code == 303
        assert again(proposal).state == Review.WITHDRAWN

    def test_is_not_for_editors(self, desk, proposal):
        assert desk.post(proposal.get_absolute_url(), {"action": "withdraw"}).status_code == 403

    def test_comes_too_late_once_it_is_decided(self, sign_in, fan, editor, proposal):
        decline(proposal, editor, "No.")
        assert sign_in(fan).post(proposal.get_absolute_url(), {"action": "withdraw"}).status_code == 409
        assert again(proposal).state == Review.DECLINED


@pytest.mark.parametrize("who", ["fan", "editor"])
@pytest.mark.parametrize("action", ["", "publish"])
def test_anything_else_is_refused(request, sign_in, proposal, who, action):
    client = sign_in(request.getfixturevalue(who))
    answer = client.post(proposal.get_absolute_url(), {"action": action})
    assert answer.status_code == 422
    assert "Choose what to do" in words_in(answer)


class TestOvertaken:
    def open_then(self, client, proposal, meanwhile, **changed):
        sent = held(client.get(proposal.get_absolute_url())) | {"action": "approve"} | changed
        meanwhile()
        return client.post(proposal.get_absolute_url(), sent)

    def test_by_a_save_of_the_page_it_merges_again(self, desk, page, proposal):
        answer = self.open_then(desk, proposal, lambda: move_on(page, title="Rooney Macarro"), lead="Typed.")
        form = held(answer)
        assert answer.status_code == 409
        assert (form["lead"], form["title"], form["based_on"]) == ("Typed.", "Rooney Macarro", str(page.current_id))
        assert again(proposal).is_open
        assert desk.post(proposal.get_absolute_url(), form | {"action": "approve"}).status_code == 303

    def test_by_the_fan_it_shows_what_they_say_now(self, desk, fan, page, proposal):
        answer = self.open_then(desk, proposal, lambda: propose(fan, page, lead="Newer."), lead="Typed.")
        assert answer.status_code == 409
        assert held(answer)["lead"] == "Typed."
        assert held(answer)["version"] == version_of(again(proposal))
        assert "Newer." in words_in(answer)
        assert again(proposal).is_open

    def test_a_decline_too_keeps_its_reason(self, desk, fan, page, proposal):
        typed = {"action": "decline", "reason": "No source."}
        answer = self.open_then(desk, proposal, lambda: propose(fan, page, lead="Newer."), **typed)
        assert answer.status_code == 409
        assert held(answer)["reason"] == "No source."

    def test_by_another_editor_it_tells_and_keeps_the_text(self, desk, admin, page, proposal):
        def meanwhile():
            approve(proposal, admin, Prose.of(proposal), based_on=page.current)

        answer = self.open_then(desk, proposal, meanwhile, lead="Typed.")
        assert answer.status_code == 409
        assert held(answer)["lead"] == "Typed."
        assert "Approved by adrian" in words_in(answer)
        assert 'action="/lore/rooney/edit/"' in words_in(answer)
        assert page.revisions.count() == 2

    def test_by_its_author_who_withdrew_it(self, desk, fan, proposal):
        answer = self.open_then(desk, proposal, lambda: withdraw(proposal, fan), lead="Typed.")
        assert answer.status_code == 409
        assert "withdrawn" in words_in(answer)


class TestShield:
    SECRET = "::: gives-away chapter-3\nShe dies.\n:::"

    @pytest.fixture
    def guarded(self, fan, three):
        """A page that holds a secret, and a suggestion that changes something else."""
        page = make_page("guarded", body=f"{BODY}\n\n{self.SECRET}")
        return propose(fan, page, lead="Better.", comment="Since she dies.")

    def test_an_editor_is_asked_first(self, desk, guarded):
        text = words_in(desk.get(guarded.get_absolute_url()))
        assert "She dies." not in text
        assert "Since she dies" not in text
        assert f"reveal=source-{guarded.page_id}" in text

    def test_and_then_sees_it(self, desk, guarded):
        text = words_in(desk.get(f"{guarded.get_absolute_url()}?reveal=source-{guarded.page_id}"))
        assert "She dies." in text
        assert f"?reveal=source-{guarded.page_id}&amp;side=1#changes" in text

    def test_who_has_seen_the_work_is_not_asked(self, desk, editor, three, guarded):
        set_seen(editor, three.mask)
        assert "She dies." in words_in(desk.get(guarded.get_absolute_url()))

    def test_a_form_that_is_refused_shows_nothing_unasked(self, desk, guarded):
        answer = desk.post(guarded.get_absolute_url(), {"action": "approve"})
        assert answer.status_code == 422
        assert "She dies." not in words_in(answer)
        assert "Since she dies" not in words_in(answer)

    def test_the_author_sees_their_own_words(self, sign_in, fan, page, three):
        made = propose(fan, page, body=f"{BODY}\n\n{self.SECRET}", comment="Since she dies.")
        text = words_in(sign_in(fan).get(made.get_absolute_url()))
        assert "She dies." in text
        assert "Since she dies." in text

    def test_but_is_asked_before_words_that_are_not_theirs(self, sign_in, fan, guarded):
        page = Page.objects.get(slug="guarded")
        propose(fan, page, body=BODY)
        text = words_in(sign_in(fan).get(guarded.get_absolute_url()))
        assert "She dies." not in text
        assert f"reveal=source-{page.pk}" in text

    def test_a_page_outside_the_seen_set_is_not_named(self, desk, fan, three):
        made = propose(fan, make_page("she-dies", title="She dies", scope=three.mask), lead="Better.")
        for answer in (desk.get(made.get_absolute_url()), desk.post(made.get_absolute_url(), {"action": "approve"})):
            assert "she-dies" not in words_in(answer)
            assert "She dies" not in words_in(answer)

    def test_its_new_title_is_not_told_to_the_author_either(self, sign_in, fan, page, proposal, three):
        text = text_of(page, title="She dies")
        move_on(page, **text.fields)
        Page.objects.update(scope=three.mask, slug="she-dies")
        answer = sign_in(fan).get(proposal.get_absolute_url())
        assert "She dies" not in words_in(answer)
        assert "she-dies" not in words_in(answer)
