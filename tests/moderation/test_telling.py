"""Author and reporters hear of it; nobody else does, and nothing is named that they may not know."""

import pytest

from accounts.models import Notice
from accounts.trust import Level
from moderation.deciding import decide
from moderation.reporting import report
from tests.factories import make_fan, make_work
from tests.factories_theories import make_comment, make_theory
from theories.models import Theory


@pytest.fixture
def theory(author):
    return make_theory(author, claim="Canary claim of a decision")


def test_author_and_reporters_are_told(sign_in, moderator, theory, author, fan, editor, mailoutbox):
    report("theory", theory.pk, fan, "spam", "Secret words of a reporter")
    report("theory", theory.pk, None, "spam", "")
    decide(moderator, "theory", theory.pk, "hide", "spam", "An advert.")
    assert set(Notice.objects.values_list("fan__username", "kind")) == {("author", "decision"), ("fan", "report")}
    of_author, of_fan = (sign_in(who).get("/inbox/").text for who in (author, fan))
    assert "Hidden: the theory “Canary claim of a decision”. An advert." in of_author
    assert "A moderator agreed: hidden" in of_fan
    assert "Secret words" not in of_author + of_fan
    assert "morgan" not in of_author + of_fan, "moderators speak with one voice"
    [mail] = mailoutbox
    assert mail.to == ["author@example.org"]
    assert "An advert." in mail.body
    assert "/appeals/" in mail.body
    assert "It says: “Canary claim of a decision" in mail.body, "one’s own words, so that one knows what it is about"
    assert "Canary" not in mail.subject


def test_a_reporter_hears_no_more_than_they_may_know(sign_in, moderator, theory, fan):
    report("theory", theory.pk, fan, "spam", "")
    Theory.objects.update(scope=make_work("chapter-4").mask)
    decide(moderator, "theory", theory.pk, "keep", "other", "It is fine.")
    inbox = sign_in(fan).get("/inbox/").text
    assert "You reported a theory. A moderator looked: left as it is" in inbox
    assert "Canary" not in inbox
    assert Notice.objects.count() == 1, "of what stays as it is the author need not know"


def test_a_shield_is_told_but_not_mailed(moderator, theory, mailoutbox):
    work = make_work("chapter-4")
    decide(moderator, "theory", theory.pk, "shield", "spoiler", "It tells the end.", scope=work.mask)
    assert Notice.objects.get().kind == "decision"
    assert not mailoutbox


def test_a_warning_reaches_its_fan(sign_in, moderator, fan, mailoutbox):
    decide(moderator, "fan", fan.pk, "warn", "unkind", "Mind your words.")
    assert "Warned: your account. Mind your words." in sign_in(fan).get("/inbox/").text
    assert "Mind your words." in mailoutbox[0].body


def test_the_author_of_a_hidden_comment_reads_why(sign_in, moderator, theory, fan):
    made = make_comment(fan, theory, "Words of mine.")
    decide(moderator, "comment", made.pk, "hide", "unkind", "It insults somebody.")
    page = sign_in(fan).get(theory.get_absolute_url()).text
    assert "It insults somebody." in page
    assert "/appeals/" in page


def test_what_a_rule_hid_is_not_said_to_be_a_moderators(sign_in, theory, author):
    for number in range(6):
        reader = make_fan(username=f"reader{number}", level=Level.REGULAR)
        if not Theory.objects.filter(pk=theory.pk, is_hidden=True).exists():
            report("theory", theory.pk, reader, "unkind", "")
    page = sign_in(author).get(theory.get_absolute_url()).text
    assert "Hidden by a rule" in page
    assert "A moderator has hidden this" not in page
