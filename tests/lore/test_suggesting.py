"""Suggesting, withdrawing, approving, declining: the verbs."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from lore.editing import Conflict, delete_page
from lore.models import Change, Page, Review, Revision, Suggestion
from lore.prose import Prose
from lore.seeing import set_seen
from lore.suggesting import MOST_OPEN, approve, decline, suggest, version_of, withdraw
from tests.factories import make_fan, make_page
from tests.lore.proposing import BODY, move_on, propose, text_of
from tests.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db) -> Page:
    return make_page("rooney", lead="A dancer.", body=BODY)


def again(thing):
    return type(thing).objects.get(pk=thing.pk)


class TestSuggesting:
    def test_keeps_the_text_the_reason_and_what_it_is_based_on(self, fan, page):
        made = again(propose(fan, page, lead="A killer.", comment="The poster says so."))
        assert (made.author, made.page, made.based_on) == (fan, page, page.current)
        assert (made.lead, made.body, made.comment) == ("A killer.", BODY, "The poster says so.")
        assert made.state == Review.OPEN

    def test_leaves_the_page_alone(self, fan, page):
        propose(fan, page)
        page.refresh_from_db()
        assert page.revisions.count() == 1
        assert Change.objects.count() == 1  # the page was written

    def test_its_scope_is_all_that_its_parts_give_away(self, fan, page, three):
        made = propose(fan, page, body="::: gives-away chapter-3\nShe dies.\n:::")
        assert made.scope == three.mask

    def test_a_fan_has_one_open_suggestion_a_page_and_goes_on_with_it(self, fan, page):
        first = propose(fan, page, lead="One.")
        second = propose(fan, page, lead="Two.", comment="Better.")
        assert first.pk == second.pk
        assert Suggestion.objects.get().lead == "Two."
        assert Suggestion.objects.get().comment == "Better."
        assert Suggestion.objects.get().created_at == first.created_at

    def test_two_fans_have_one_each(self, fan, author, page):
        assert propose(fan, page).pk != propose(author, page).pk

    def test_going_on_moves_it_to_the_page_as_it_stands(self, fan, page):
        first = propose(fan, page, lead="One.")
        move_on(page, title="Rooney Macarro")
        second = propose(fan, page, lead="Two.")
        assert (second.pk, second.based_on) == (first.pk, page.current)

    @pytest.mark.parametrize("changed", [{"lead": "A dancer."}, {"lead": " A dancer.\n"}, {"body": f"{BODY}\n"}])
    def test_without_a_change_is_refused(self, fan, page, changed):
        with pytest.raises(ValidationError, match="Nothing is different"):
            propose(fan, page, **changed)
        assert not Suggestion.objects.exists()

    def test_on_an_older_revision_is_refused(self, fan, page):
        old = page.current
        move_on(page, lead="Another lead.")
        with pytest.raises(Conflict):
            suggest(fan, page, text_of(page, title="T"), comment="Why", based_on=old)

    def test_over_words_sent_from_another_window_is_refused(self, fan, page):
        seen = version_of(propose(fan, page, lead="One."))
        propose(fan, page, lead="Two.")
        prose = text_of(page, lead="Three.")
        for version in ("", seen):
            with pytest.raises(Conflict):
                suggest(fan, page, prose, comment="Why", based_on=page.current, version=version)
        assert Suggestion.objects.get().lead == "Two."

    @pytest.mark.parametrize("bad", [{"body": ":::"}, {"title": ""}, {"facts": "No colon"}, {"title": "x" * 121}])
    def test_bad_prose_is_refused(self, fan, page, bad):
        with pytest.raises(ValidationError):
            propose(fan, page, **bad)
        assert not Suggestion.objects.exists()

    def test_a_reason_is_needed(self, fan, page):
        with pytest.raises(ValidationError):
            propose(fan, page, comment="", lead="Another lead.")

    @pytest.mark.parametrize("how", ["deleted", "draft", "house"])
    def test_a_page_that_is_not_read_takes_none(self, fan, editor, page, how):
        based_on = page.current_id
        if how == "deleted":
            delete_page(page, editor=editor, reason="A double.")
        else:
            fields = {"is_published": False} if how == "draft" else {"kind": "house"}
            Page.objects.update(**fields)
        with pytest.raises(ValidationError, match="takes no suggestions"):
            suggest(fan, page, text_of(page, lead="New."), comment="Why", based_on=based_on)

    def test_a_suspended_fan_may_not(self, page):
        with pytest.raises(PermissionDenied):
            propose(make_fan(username="gone", is_active=False), page)

    def test_only_so_many_wait_at_once(self, fan, author, page):
        pages = [make_page(f"p{number}") for number in range(MOST_OPEN)]
        for each in pages:
            propose(fan, each, lead="Better.")
        with pytest.raises(ValidationError, match="waiting for an editor"):
            propose(fan, page)
        propose(fan, pages[0], lead="Better still.")
        propose(author, page)
        withdraw(Suggestion.objects.get(page=pages[1]), fan)
        propose(fan, page)


class TestWithdrawing:
    def test_closes_it(self, fan, page):
        made = propose(fan, page)
        withdraw(made, fan)
        assert again(made).state == Review.WITHDRAWN

    def test_after_that_the_fan_may_suggest_anew(self, fan, page):
        made = propose(fan, page)
        withdraw(made, fan)
        assert propose(fan, page).pk != made.pk

    def test_is_for_its_author(self, fan, author, editor, page):
        for somebody in (author, editor):
            with pytest.raises(PermissionDenied):
                withdraw(propose(fan, page), somebody)

    def test_comes_too_late_once_it_is_decided(self, fan, editor, page):
        made = propose(fan, page)
        decline(made, editor, "No source.")
        with pytest.raises(Conflict, match="declined"):
            withdraw(made, fan)


class TestApproving:
    def test_makes_a_revision_that_credits_the_fan(self, fan, editor, page):
        made = propose(fan, page, lead="Better.")
        revision = approve(made, editor, Prose.of(made), comment="Checked.", based_on=page.current)
        page.refresh_from_db()
        assert page.current == revision
        assert (revision.editor, revision.credited_to, revision.comment) == (editor, fan, "Checked.")
        assert (revision.number, revision.lead) == (2, "Better.")
        change = Change.objects.get(revision=revision)
        assert (change.actor, change.credited_to) == (editor, fan)

    def test_closes_the_suggestion(self, fan, editor, page):
        made = propose(fan, page)
        revision = approve(made, editor, Prose.of(made), based_on=page.current)
        held = again(made)
        assert (held.state, held.reviewer, held.revision) == (Review.APPROVED, editor, revision)
        assert held.decided_at is not None

    def test_an_amended_text_is_what_stands_on_the_page(self, fan, editor, page):
        made = propose(fan, page, lead="Better.")
        approve(made, editor, text_of(page, lead="Better, and true."), based_on=page.current)
        page.refresh_from_db()
        assert page.current.lead == "Better, and true."
        assert again(made).lead == "Better."

    def test_without_a_comment_the_fans_stands(self, fan, editor, page):
        made = propose(fan, page, comment="A scene.")
        assert approve(made, editor, Prose.of(made), based_on=page.current).comment == "A scene."

    def test_is_refused_when_the_page_moved_on(self, fan, editor, page):
        made = propose(fan, page)
        old = page.current
        move_on(page, title="New")
        with pytest.raises(Conflict):
            approve(made, editor, Prose.of(made), based_on=old)
        assert again(made).is_open
        assert page.revisions.count() == 2

    def test_is_refused_when_the_fan_has_changed_it(self, fan, editor, page):
        made = propose(fan, page, lead="One.")
        seen = version_of(made)
        propose(fan, page, lead="Two.")
        with pytest.raises(Conflict, match="changed meanwhile"):
            approve(made, editor, Prose.of(made), based_on=page.current, version=seen)

    def test_is_refused_once_it_is_closed(self, fan, editor, admin, page):
        made = propose(fan, page, lead="One.")
        approve(made, editor, Prose.of(made), based_on=page.current)
        with pytest.raises(Conflict, match="approved"):
            approve(made, admin, text_of(page, lead="Two."))
        assert page.revisions.count() == 2

    def test_is_refused_when_nothing_would_change(self, fan, editor, page):
        made = propose(fan, page, lead="One.")
        move_on(page, lead="One.")
        with pytest.raises(ValidationError, match="says this already"):
            approve(made, editor, text_of(page), based_on=page.current)

    def test_is_refused_while_the_page_is_not_read(self, fan, editor, page):
        made = propose(fan, page)
        delete_page(page, editor=editor, reason="A double.")
        with pytest.raises(ValidationError, match="Bring it back"):
            approve(made, editor, Prose.of(made), based_on=page.current)
        assert again(made).is_open

    def test_is_for_editors(self, fan, author, moderator, page):
        made = propose(fan, page)
        for somebody in (fan, author, moderator):
            with pytest.raises(PermissionDenied):
                approve(made, somebody, Prose.of(made), based_on=page.current)
        assert page.revisions.count() == 1

    @pytest.mark.parametrize("what", ["suspended", "gone"])
    def test_the_author_may_have_left(self, fan, editor, page, what):
        made = propose(fan, page)
        if what == "gone":
            fan.delete()
        else:
            type(fan).objects.filter(pk=fan.pk).update(is_active=False)
        revision = approve(made, editor, Prose.of(made), based_on=page.current)
        assert revision.credited_to == (None if what == "gone" else fan)
        assert mail.outbox == []


class TestDeclining:
    def test_keeps_the_reason_and_leaves_the_page_alone(self, fan, editor, page):
        made = propose(fan, page)
        decline(made, editor, " There is no source. ")
        held = again(made)
        assert (held.state, held.reviewer, held.reason) == (Review.DECLINED, editor, "There is no source.")
        assert page.revisions.count() == 1

    @pytest.mark.parametrize("reason", ["", "  \n", "x" * 501])
    def test_wants_a_reason_that_fits(self, fan, editor, page, reason):
        made = propose(fan, page)
        with pytest.raises(ValidationError) as problem:
            decline(made, editor, reason)
        assert list(problem.value.error_dict) == ["reason"]
        assert again(made).is_open

    def test_is_for_editors(self, fan, moderator, page):
        for somebody in (fan, moderator):
            with pytest.raises(PermissionDenied):
                decline(propose(fan, page), somebody, "No.")

    def test_is_refused_when_the_fan_has_changed_it(self, fan, editor, page):
        made = propose(fan, page, lead="One.")
        seen = version_of(made)
        propose(fan, page, lead="Two.")
        with pytest.raises(Conflict):
            decline(made, editor, "No.", version=seen)


class TestTheMail:
    def decided(self, fan, editor, page, reason=""):
        made = propose(fan, page)
        if reason:
            decline(made, editor, reason)
        else:
            approve(made, editor, Prose.of(made), based_on=page.current)
        return made

    def test_tells_of_an_approval(self, fan, editor, page, settings):
        settings.SITE_URL = "https://archive.example"
        made = self.decided(fan, editor, page)
        [sent] = mail.outbox
        assert sent.to == ["fan@example.org"]
        assert "approved your suggestion for “Rooney”" in sent.body
        assert f"https://archive.example/lore/suggestions/{made.pk}/" in sent.body

    def test_tells_why_it_was_declined(self, fan, editor, page):
        self.decided(fan, editor, page, reason="“It” isn’t <so>.")
        [sent] = mail.outbox
        assert "“It” isn’t <so>." in sent.body

    def test_its_subject_names_nothing(self, fan, editor, page):
        self.decided(fan, editor, page)
        assert "Rooney" not in mail.outbox[0].subject

    @pytest.mark.parametrize("whose", ["page", "part"])
    def test_names_neither_page_nor_reason_outside_the_fans_shield(self, fan, editor, three, whose):
        part = {"body": "::: gives-away chapter-3\nShe dies.\n:::"} if whose == "part" else {"scope": three.mask}
        page = make_page("dead", **part)
        made = propose(fan, page, lead="Nobody.")
        decline(made, editor, "She does die.")
        [sent] = mail.outbox
        assert "Dead" not in sent.body
        assert "does die" not in sent.body
        assert "The reason stands beside it." in sent.body

    def test_names_them_once_the_fan_has_seen_the_work(self, fan, editor, three):
        set_seen(fan, three.mask)
        self.decided(fan, editor, make_page("dead", scope=three.mask, body=BODY), reason="She does die.")
        assert "She does die." in mail.outbox[0].body

    def test_goes_to_no_address_that_is_not_proven(self, fan, editor, page):
        EmailAddress.objects.update(verified=False)
        self.decided(fan, editor, page)
        assert mail.outbox == []

    def test_is_not_sent_to_oneself(self, editor, page):
        self.decided(editor, editor, page)
        assert mail.outbox == []

    def test_waits_for_the_decision_to_stand(self, fan, editor, page):
        made = propose(fan, page)
        with pytest.raises(ValidationError):
            approve(made, editor, text_of(page, body=":::"), based_on=page.current)
        assert mail.outbox == []


# Two at once, with real transactions


@pytest.mark.django_db(transaction=True)
class TestRaces:
    @pytest.fixture
    def editors(self, transactional_db):
        return [make_fan(username=f"editor{number}", is_superuser=True) for number in range(4)]

    def test_of_editors_who_approve_one_suggestion_one_does(self, editors):
        page = make_page("rooney", body=BODY)
        made = propose(make_fan(), page)
        results = at_once(
            [
                lambda editor=editor: approve(
                    made, editor, text_of(Page.objects.get(), lead=f"By {editor}."), based_on=made.based_on_id
                )
                for editor in editors
            ]
        )
        assert [type(result) for result in results].count(Revision) == 1
        assert sum(isinstance(result, Conflict) for result in results) == 3
        assert Revision.objects.count() == 2
        assert len(mail.outbox) == 1

    def test_approved_or_declined_but_not_both(self, editors):
        page = make_page("rooney", body=BODY)
        made = propose(make_fan(), page)
        at_once(
            [
                lambda: approve(made, editors[0], Prose.of(made), based_on=made.based_on_id),
                lambda: decline(made, editors[1], "No."),
                lambda: withdraw(made, made.author),
            ]
        )
        held = again(made)
        assert held.state != Review.OPEN
        assert (held.state == Review.APPROVED) == (Revision.objects.count() == 2)

    def test_a_fan_who_writes_on_and_an_editor_who_approves_do_not_pass_each_other(self, editors):
        page = make_page("rooney", body=BODY)
        made = propose(make_fan(), page, lead="One.")
        seen, newer = version_of(made), text_of(page, lead="Two.")
        approved, amended = at_once(
            [
                lambda: approve(made, editors[0], Prose.of(made), based_on=made.based_on_id, version=seen),
                lambda: suggest(made.author, page, newer, comment="Why", based_on=made.based_on_id, version=seen),
            ]
        )
        assert isinstance(approved, Conflict) != isinstance(amended, Conflict)
        assert Page.objects.get().current.lead == ("A lead." if isinstance(approved, Conflict) else "One.")

    def test_one_fan_who_sends_twice_has_one_suggestion(self):
        make_page("rooney", body=BODY)
        fan = make_fan()
        at_once([lambda: propose(fan, Page.objects.get(), lead="Better.")] * 4)
        assert Suggestion.objects.get().lead == "Better."

    def test_the_limit_holds(self):
        fan = make_fan()
        pages = [make_page(f"p{number}") for number in range(MOST_OPEN + 4)]
        for page in pages[: MOST_OPEN - 1]:
            propose(fan, page, lead="Better.")
        at_once([lambda page=page: propose(fan, page, lead="Better.") for page in pages[MOST_OPEN - 1 :]])
        assert Suggestion.objects.count() == MOST_OPEN
