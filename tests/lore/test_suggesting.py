"""Suggesting and withdrawing: the verbs."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from lore.editing import Conflict, delete_page
from lore.models import Change, Page, Review, Revision, Suggestion
from lore.prose import Prose
from lore.suggesting import MOST_OPEN, approve, decline, suggest, version_of, withdraw
from tests.factories import make_fan, make_page
from tests.lore.proposing import BODY, again, make_dancer, move_on, propose, text_of
from tests.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db) -> Page:
    return make_dancer()


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
