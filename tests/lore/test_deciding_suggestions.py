"""What editors decide about suggestions, and who hears of it: the verbs."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from lore.editing import Conflict, delete_page
from lore.models import Change, Page, Review
from lore.prose import Prose
from lore.seeing import set_seen
from lore.suggesting import approve, decline, version_of
from tests.factories import make_page
from tests.lore.proposing import BODY, again, make_dancer, move_on, propose, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db) -> Page:
    return make_dancer()


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

    def test_is_told_in_the_inbox_too(self, fan, editor, page, sign_in):
        self.decided(fan, editor, page, reason="No source.")
        told = sign_in(fan).get("/inbox/").content.decode()
        assert "An editor has looked at your suggestion for “Rooney” and has not taken it" in told
        assert "No source." in told

    @pytest.mark.parametrize("whose", ["page", "part"])
    def test_names_neither_page_nor_reason_outside_the_fans_shield(self, fan, editor, three, whose):
        part = {"body": "::: gives-away chapter-3\nShe dies.\n:::"} if whose == "part" else {"scope": three.mask}
        page = make_page("dead", **part)
        made = propose(fan, page, lead="Nobody.")
        decline(made, editor, "She does die.")
        [sent] = mail.outbox
        assert "Dead" not in sent.subject + sent.body
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
