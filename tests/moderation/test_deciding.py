from functools import partial
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moderation import hooks
from moderation.deciding import Overtaken, decide
from moderation.hidden import hidden_notices
from moderation.models import Decision, Report
from moderation.reporting import report
from tests.factories_theories import make_comment, make_theory
from theories.models import Theory


@pytest.fixture
def theory(author):
    return make_theory(author)


@pytest.fixture
def decides(moderator, theory):
    """`decides("hide")`: the moderator decides about the theory."""

    def decided(act, reason="rules", words="Against rule 2.", **more):
        return decide(moderator, "theory", theory.pk, act, reason, words, **more)

    return decided


@pytest.mark.parametrize(
    ("acts", "flag", "value"),
    [
        (["hide"], "is_hidden", True),
        (["hide", "restore"], "is_hidden", False),
        (["lock"], "is_locked", True),
        (["lock", "unlock"], "is_locked", False),
    ],
)
def test_an_act_sets_its_flag(decides, theory, acts, flag, value):
    for act in acts:
        decides(act)
    theory.refresh_from_db()
    assert getattr(theory, flag) is value
    assert [decision.act for decision in Decision.objects.order_by("id")] == acts


def test_a_decision_says_who_what_and_why(decides, moderator, theory):
    made = decides("hide", "spam", "  An advert. ")
    assert (made.moderator, made.about) == (moderator, ("theory", theory.pk))
    assert (made.act, made.reason, made.words) == ("hide", "spam", "An advert.")


def test_only_the_flag_is_written(decides, theory):
    with CaptureQueriesContext(connection) as queries:
        decides("lock")
    update = f'UPDATE "{theory._meta.db_table}"'
    updates = [query["sql"] for query in queries if query["sql"].startswith(update)]
    assert '"is_locked"' in updates[0]
    assert '"claim"' not in updates[0]


def test_open_reports_are_closed_and_only_those_about_it(decides, theory, fan, editor):
    about_it = report("theory", theory.pk, fan, "spam", "")
    about_other = report("fan", editor.pk, fan, "spam", "")
    decides("hide")
    about_it.refresh_from_db()
    about_other.refresh_from_db()
    assert about_it.closed_at
    assert not about_other.closed_at


def test_what_changes_nothing_is_refused(decides):
    decides("hide")
    with pytest.raises(Overtaken, match="“Hidden” is how it stands"):
        decides("hide")
    with pytest.raises(Overtaken, match="“Unlocked” is how it stands"):
        decides("unlock")
    assert Decision.objects.count() == 1


def test_what_another_moderator_did_meanwhile_is_not_run_over(decides):
    first = decides("hide", seen=0)
    with pytest.raises(Overtaken, match="Another moderator"):
        decides("lock", seen=0)
    decides("lock", seen=first.pk)
    assert Decision.objects.count() == 2


@pytest.mark.parametrize("who", ["fan", "author", "editor"])
def test_others_decide_nothing(request, theory, who):
    with pytest.raises(PermissionDenied):
        decide(request.getfixturevalue(who), "theory", theory.pk, "hide", "rules", "Words.")
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"act": "burn"}, "act"),
        ({"act": ""}, "act"),
        ({"act": "hide", "reason": "nonsense"}, "reason"),
        ({"act": "hide", "reason": ""}, "reason"),
        ({"act": "hide", "words": "  "}, "words"),
    ],
)
def test_a_decision_needs_an_act_a_reason_and_words(decides, theory, fields, wrong):
    with pytest.raises(ValidationError) as caught:
        decides(**fields)
    assert wrong in caught.value.message_dict
    theory.refresh_from_db()
    assert not theory.is_hidden


def test_a_kind_says_what_may_be_done_to_it(moderator, fan):
    with pytest.raises(ValidationError, match="cannot be done"):
        decide(moderator, "fan", fan.pk, "hide", "rules", "Words.")


@pytest.mark.parametrize(("kind", "pk"), [("theory", 999_999), ("nonsense", 1)])
def test_what_is_not_there_cannot_be_decided(moderator, kind, pk):
    with pytest.raises(ValidationError, match="not there"):
        decide(moderator, kind, pk, "hide", "rules", "Words.")


def test_a_failure_afterwards_takes_everything_back(decides, theory, monkeypatch):
    def fails(thing):
        raise ValidationError("no")

    kind = hooks.kinds["theory"]
    monkeypatch.setitem(hooks.kinds, "theory", hooks.CaseKind("theory", kind.find, kind.address, kind.acts, fails))
    with pytest.raises(ValidationError):
        decides("hide")
    theory.refresh_from_db()
    assert not theory.is_hidden
    assert not Decision.objects.exists()


def test_a_hidden_comment_is_not_counted(moderator, theory, fan):
    comment = make_comment(fan, theory)
    decide(moderator, "comment", comment.pk, "hide", "unkind", "Words.")
    theory.refresh_from_db()
    assert theory.comment_count == 0
    decide(moderator, "comment", comment.pk, "restore", "mistake", "Words.")
    theory.refresh_from_db()
    assert theory.comment_count == 1


def test_the_notice_is_of_the_latest_hiding(decides, theory):
    def words():
        return {pk: notice.decision.words for pk, notice in hidden_notices("theory", [theory.pk]).items()}

    assert words() == {}
    decides("hide", words="First.")
    decides("lock")
    assert words() == {theory.pk: "First."}
    decides("restore")
    assert words() == {}
    decides("hide", words="Second.")
    assert words() == {theory.pk: "Second."}


# The database keeps the log as it was written.


@pytest.mark.parametrize(
    "change",
    [
        {"words": "Rewritten."},
        {"act": "lock"},
        {"reason": "spam"},
        {"kind": "page"},
        {"object_id": 0},
        {"created_at": "2020-01-01T00:00Z"},
    ],
)
def test_a_decision_is_never_changed(decides, change):
    decides("hide")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Decision.objects.update(**change)


def test_nor_laid_to_somebody_else(decides, admin):
    decides("hide")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Decision.objects.update(moderator=admin)


def test_it_stays_when_its_moderator_leaves(decides, moderator):
    decides("hide")
    moderator.delete()
    assert Decision.objects.get().moderator is None


# Two at once, on connections of their own.


def _at_once(*verbs):
    start, outcomes = Barrier(len(verbs)), []

    def run(verb):
        start.wait(10)
        try:
            outcomes.append(type(verb()))
        except ValidationError as problem:
            outcomes.append(type(problem))
        finally:
            connection.close()

    threads = [Thread(target=run, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcome.__name__ for outcome in outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_who_do_the_same_one_is_told(moderator, admin, author):
    theory = make_theory(author)
    hides = [partial(decide, user, "theory", theory.pk, "hide", "rules", "Words.") for user in (moderator, admin)]
    assert _at_once(*hides) == ["Decision", "Overtaken"]
    assert Decision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_who_differ_one_is_told(moderator, admin, author):
    theory = make_theory(author)
    about = "theory", theory.pk
    hide = partial(decide, moderator, *about, "hide", "rules", "Words.", seen=0)
    lock = partial(decide, admin, *about, "lock", "heated", "Words.", seen=0)
    assert _at_once(hide, lock) == ["Decision", "Overtaken"]
    theory.refresh_from_db()
    assert theory.is_hidden != theory.is_locked


@pytest.mark.django_db(transaction=True)
def test_a_report_sent_eight_times_at_once_is_one(fan, author):
    theory = make_theory(author)
    outcomes = _at_once(*[partial(report, "theory", theory.pk, fan, "spam", "")] * 8)
    assert outcomes == ["AlreadyReported"] * 7 + ["Report"]


def test_slow_mode_has_its_minutes_and_its_end(moderator, theory):
    def said(act, **more):
        return decide(moderator, "theory", theory.pk, act, "heated", "Too fast.", **more)

    for minutes in (None, 0, 24 * 60 + 1):
        with pytest.raises(ValidationError, match="how many minutes"):
            said("slow", minutes=minutes)
    assert said("slow", minutes=10).done == "Slowed down"
    with pytest.raises(Overtaken):
        said("slow", minutes=10)
    said("slow", minutes=30)
    assert Theory.objects.get().slow_minutes == 30
    said("unslow")
    assert Theory.objects.get().slow_minutes == 0
    with pytest.raises(Overtaken):
        said("unslow")


def test_the_form_asks_for_minutes_where_there_is_slow_mode(sign_in, moderator, author, theory):
    client = sign_in(moderator)
    place = reverse("moderation:decide", args=["theory", theory.pk])
    assert "Minutes between two comments" in client.get(place).text
    fan_place = reverse("moderation:decide", args=["fan", author.pk])
    assert "Minutes between two comments" not in client.get(fan_place).text
    fields = {"act": "slow", "reason": "heated", "words": "Too fast.", "seen": "0"}
    assert client.post(place, fields).status_code == 422
    assert client.post(place, fields | {"minutes": "15"}).status_code == 302
    assert "in slow mode (15 minutes" in client.get(place).text


def test_what_became_of_reports_follows_later_decisions(decides, theory, fan, editor, author, sign_in):
    spam, unkind = (report("theory", theory.pk, who, what, "") for who, what in ((fan, "spam"), (editor, "unkind")))

    def outcomes():
        return Report.objects.get(pk=spam.pk).outcome, Report.objects.get(pk=unkind.pk).outcome

    decides("keep", "within")
    assert outcomes() == ("declined", "declined")
    decides("hide", "spam")
    assert outcomes() == ("agreed", "declined"), "who said what it was hidden for later was right"
    assert "A moderator agreed: hidden" in sign_in(fan).get("/inbox/").text
    decides("restore", "other", "Its author has taken the advert out.")
    assert outcomes() == ("agreed", "declined")
    decides("hide", "rights")
    decides("restore", "mistake", "It was theirs.")
    assert outcomes() == ("agreed", "declined"), "the first time it was an advert"
