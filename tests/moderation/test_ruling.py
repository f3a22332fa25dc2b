"""What reports do by themselves, before a moderator looks."""

import pytest

from accounts.trust import Level
from moderation.deciding import decide
from moderation.models import Decision, Outcome, Report
from moderation.reporting import mark_for_look, report
from tests.factories import make_fan, make_page, make_work
from tests.factories_theories import make_comment, make_theory
from theories.models import Comment


@pytest.fixture
def author(db):
    return make_fan(username="author", level=Level.FAN)


@pytest.fixture
def theory(author):
    return make_theory(author)


@pytest.fixture
def comment(author, theory):
    return make_comment(author, make_theory(make_fan("other")))


def _report(thing, count, reason="spam", level=Level.FAN, kind="comment", **more):
    for _ in range(count):
        name = f"reader{len(Report.objects.all())}x"
        report(kind, thing.pk, make_fan(name, level=level), reason, "", **more)
    thing.refresh_from_db()


def test_enough_weight_hides_it_and_a_moderator_has_the_last_word(comment, moderator, mailoutbox):
    _report(comment, 2)
    assert not comment.is_hidden
    _report(comment, 1)
    assert comment.is_hidden
    made = Decision.objects.get()
    assert (made.act, made.reason, made.is_automatic, made.moderator.is_archive) == ("hide", "spam", True, True)
    assert made.concerns == comment.author
    assert "by a rule" in mailoutbox[-1].body
    comment.theory.refresh_from_db()
    assert comment.theory.comment_count == 0
    assert Report.objects.filter(outcome=Outcome.OPEN).count() == 3, "they wait for a moderator"
    decide(moderator, "comment", comment.pk, "restore", "mistake", "It is fine.", seen=made.pk)
    assert Report.objects.filter(outcome=Outcome.DECLINED).count() == 3
    _report(comment, 5)
    assert not comment.is_hidden, "the rule does not overrule a moderator"


def test_a_moderator_may_confirm_what_a_rule_did(comment, moderator):
    _report(comment, 3)
    decide(moderator, "comment", comment.pk, "hide", "spam", "So it is.")
    assert Report.objects.filter(outcome=Outcome.AGREED).count() == 3
    assert [row.is_automatic for row in Decision.objects.all()] == [False, True]


def test_new_accounts_guests_and_marks_alone_hide_nothing(comment):
    _report(comment, 8, level=Level.NEW)
    for _ in range(8):
        report("comment", comment.pk, None, "spam", "")
    mark_for_look("comment", comment.pk, "Links by a new account.")
    mark_for_look("comment", comment.pk, "Links by a new account.")
    comment.refresh_from_db()
    assert not comment.is_hidden
    assert Report.objects.filter(is_machine=True).count() == 1


def test_nothing_of_staff_is_hidden_by_a_rule(editor, theory):
    said = make_comment(editor, theory)
    _report(said, 5)
    assert not said.is_hidden


def test_those_who_were_right_weigh_more(comment, theory, moderator, fan):
    type(fan).objects.filter(pk=fan.pk).update(level=Level.FAN)
    fan.refresh_from_db()
    report("theory", theory.pk, fan, "unkind", "")
    decide(moderator, "theory", theory.pk, "lock", "heated", "Words.")
    assert report("comment", comment.pk, fan, "spam", "").weight == pytest.approx(1.2)


def test_a_new_accounts_post_is_shielded_at_once(author, theory, comment):
    three, four = make_work("three"), make_work("four")
    type(author).objects.filter(pk=author.pk).update(level=Level.NEW)
    _report(comment, 1, "gives_away", scope=three.mask)
    assert comment.scope == three.mask
    _report(theory, 1, "gives_away", scope=four.mask, kind="theory")
    assert theory.scope == four.mask
    assert set(Decision.objects.values_list("act", "is_automatic")) == {("shield", True)}


def test_others_posts_after_two_readers_who_name_the_same_work(comment, moderator):
    three, four = make_work("three"), make_work("four")
    _report(comment, 1, "gives_away", scope=three.mask | four.mask)
    assert comment.scope == 0
    for _ in range(3):
        report("comment", comment.pk, None, "gives_away", "", scope=three.mask)
    comment.refresh_from_db()
    assert comment.scope == three.mask, "all guests are one reader"
    decide(moderator, "comment", comment.pk, "unshield", "mistake", "It tells nothing.")
    assert Comment.objects.get(pk=comment.pk).scope == 0
    _report(comment, 2, "gives_away", scope=three.mask)
    assert comment.scope == 0
    decide(moderator, "comment", comment.pk, "shield", "spoiler", "It does.", scope=four.mask)
    assert Comment.objects.get(pk=comment.pk).scope == four.mask


def test_pages_are_never_touched(db):
    page = make_page()
    for number in range(6):
        reader = make_fan(f"reader{number}", level=Level.REGULAR)
        report("page", page.pk, reader, "gives_away", "", scope=make_work(f"work-{number}").mask)
    assert not Decision.objects.exists()


def test_both_that_a_rule_did_are_looked_at(comment, moderator, sign_in):
    """Hidden and shielded: to decide about the one leaves the other waiting, and answers its own reports alone."""
    four = make_work("four")
    _report(comment, 2, "gives_away", scope=four.mask)
    _report(comment, 2)
    assert (comment.is_hidden, comment.scope) == (False, four.mask), "a shield has seen to what gives it away"
    _report(comment, 1)
    assert comment.is_hidden
    page = sign_in(moderator).get(f"/moderation/comment/{comment.pk}/").text
    assert "A rule has hidden it" in page
    assert "A rule has shielded it" in page
    assert 'value="keep"' not in page
    decide(moderator, "comment", comment.pk, "restore", "within", "It is no advert.")
    assert dict(Report.objects.values_list("reason", "outcome")) == {"spam": "declined", "gives_away": "open"}
    decide(moderator, "comment", comment.pk, "shield", "spoiler", "It tells who wins.")
    assert dict(Report.objects.values_list("reason", "outcome")) == {"spam": "declined", "gives_away": "agreed"}
    _report(comment, 5)
    assert not comment.is_hidden, "a moderator has let it stand, before and after the shield"


def test_to_lock_what_a_rule_hid_leaves_it_waiting(theory, moderator):
    while not theory.is_hidden:
        _report(theory, 1, "unkind", kind="theory")
    decide(moderator, "theory", theory.pk, "lock", "heated", "It ran hot.")
    assert set(Report.objects.values_list("outcome", flat=True)) == {"open"}
