import re
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.suspending import reopen_if_over
from moderation import appealing
from moderation.addressing import appeal_address
from moderation.appealing import appeal, judge
from moderation.deciding import decide
from moderation.models import Appeal, Decision, Outcome
from moderation.reporting import report
from tests.factories import give_rights, make_fan
from tests.factories_theories import make_theory
from tests.racing import at_once


@pytest.fixture
def theory(author):
    return make_theory(author)


@pytest.fixture
def hidden(moderator, theory):
    return decide(moderator, "theory", theory.pk, "hide", "spam", "An advert.")


def test_a_suspended_fan_appeals_without_signing_in_and_comes_back(moderator, admin, author, guest, mailoutbox):
    made = decide(moderator, "fan", author.pk, "suspend", "unkind", "It was unkind.")
    address = re.search(r"(/appeals/\S+)", mailoutbox[-1].body)[1]
    assert guest.post(address, {"words": ""}).status_code == 422
    assert guest.post(address, {"words": "It was a quotation."}).status_code == 303
    page = guest.get(address).text
    assert "is with the moderators" in page
    assert "<textarea" not in page
    assert guest.post(address, {"words": "Once more."}).status_code == 422
    judge(admin, Appeal.objects.get().pk, is_granted=True, answer="So it was.")
    author.refresh_from_db()
    assert author.is_active
    assert Decision.objects.first().answers == made
    assert Decision.objects.first().act == "unsuspend"
    assert "So it was." in mailoutbox[-1].body
    assert "taken back" in guest.get(address).text


@pytest.mark.parametrize("token", ["nonsense", "MQ:1tNcSj:wrong", "%00"])
def test_a_forged_address_is_not_found(db, guest, token):
    assert guest.get(f"/appeals/{token}/").status_code == 404


def test_another_moderator_judges(sign_in, moderator, admin, author, hidden, theory):
    made = appeal(hidden, "It is none.")
    address = f"/moderation/appeals/{made.pk}/"
    own = sign_in(moderator)
    assert "another moderator judges" in own.get(address).text
    assert own.post(address, {"verdict": "dismiss", "answer": "No."}).status_code == 403
    assert sign_in(author).get(address).status_code == 403
    client = sign_in(admin)
    assert "It is none." in client.get(address).text
    assert client.post(address, {"verdict": "grant"}).status_code == 422
    assert client.post(address, {"verdict": "grant", "answer": "You are right."}).status_code == 303
    assert client.post(address, {"verdict": "dismiss", "answer": "No."}).status_code == 409
    theory.refresh_from_db()
    assert not theory.is_hidden
    inbox = sign_in(author).get("/inbox/").text
    assert "taken back on your appeal" in inbox


def test_what_can_be_appealed_against(hidden, moderator, theory, monkeypatch):
    restored = decide(moderator, "theory", theory.pk, "restore", "mistake", "Words.")
    for decision, told in [(hidden, "taken back already"), (restored, "nothing to appeal")]:
        with pytest.raises(ValidationError, match=told):
            appeal(decision, "Words.")
    again = decide(moderator, "theory", theory.pk, "hide", "spam", "Words.")
    monkeypatch.setattr(appealing, "WITHIN", -timedelta(seconds=1))
    with pytest.raises(ValidationError, match="time to appeal"):
        appeal(again, "Words.")


def test_dismissed_it_stands(hidden, admin, theory, guest):
    made = appeal(hidden, "Words only for moderators.")
    judge(admin, made.pk, is_granted=False, answer="It was an advert.")
    theory.refresh_from_db()
    assert theory.is_hidden
    page = guest.get("/moderation/log/").text
    assert "appeal dismissed" in page
    assert "only for moderators" not in page


def test_granting_what_was_restored_meanwhile_is_no_second_decision(hidden, admin, theory):
    made = appeal(hidden, "Words.")
    decide(admin, "theory", theory.pk, "restore", "mistake", "Words.")
    judge(admin, made.pk, is_granted=True, answer="Yes.")
    assert Decision.objects.count() == 2


@pytest.mark.parametrize(
    ("act", "opposite"), [("lock", "unlock"), ("slow", "unslow"), ("warn", "unwarn"), ("suspend", "unsuspend")]
)
def test_each_act_has_its_way_back(moderator, admin, author, theory, act, opposite):
    kind, pk = ("fan", author.pk) if act in {"warn", "suspend"} else ("theory", theory.pk)
    made = decide(moderator, kind, pk, act, "rules", "Words.", minutes=5)
    judge(admin, appeal(made, "Words.").pk, is_granted=True, answer="Yes.")
    assert Decision.objects.first().act == opposite


@pytest.mark.django_db(transaction=True)
def test_two_judges_and_two_appeals_at_once(moderator, admin, author):
    give_rights()
    other = make_fan("second", is_superuser=True)
    made = decide(moderator, "theory", make_theory(author).pk, "hide", "spam", "Words.")
    found = at_once([partial(appeal, made, "Words.")] * 4)
    assert sum(isinstance(one, Appeal) for one in found) == 1
    verdicts = [
        partial(judge, who, Appeal.objects.get().pk, is_granted=granted, answer="Words.")
        for who, granted in ((admin, True), (other, False))
    ]
    found = at_once(verdicts)
    assert sum(isinstance(one, Appeal) for one in found) == 1
    with pytest.raises(PermissionDenied):
        judge(moderator, Appeal.objects.get().pk, is_granted=True, answer="Words.")


def test_their_own_words_stand_beside_it_and_nobody_elses_link_shows_them(guest, sign_in, hidden, author, theory):
    address = appeal_address(hidden)
    assert theory.case in sign_in(author).get(address).text
    assert theory.case not in guest.get(address).text


def test_the_address_is_of_one_decision(guest, hidden, moderator, theory):
    locked = decide(moderator, "theory", theory.pk, "lock", "heated", "It ran hot.")
    assert "It ran hot." in guest.get(appeal_address(locked)).text
    assert "It ran hot." not in guest.get(appeal_address(hidden)).text
    assert timezone.now() < appealing.appeals_until(locked)


def test_the_second_judge_keeps_their_words(sign_in, hidden, admin, moderator):
    made = appeal(hidden, "It is none.")
    judge(admin, made.pk, is_granted=True, answer="You are right.")
    other = sign_in(make_fan("second", is_staff=True, is_superuser=True))
    fields = {"verdict": "dismiss", "answer": "Words that took a while."}
    answer = other.post(f"/moderation/appeals/{made.pk}/", fields)
    assert answer.status_code == 409
    assert "Words that took a while." in answer.text


def test_an_appeal_against_a_suspension_that_has_run_out_can_be_granted(moderator, admin, author):
    until = timezone.now() + timedelta(days=1)
    made = appeal(decide(moderator, "fan", author.pk, "suspend", "rules", "Words.", until=until), "Words.")
    author.refresh_from_db()
    author.suspended_until = timezone.now() - timedelta(minutes=1)
    author.save()
    assert reopen_if_over(author)
    judge(admin, made.pk, is_granted=True, answer="Yes.")
    made.refresh_from_db()
    assert made.is_granted
    assert Decision.objects.get(answers=made.decision).act == "unsuspend"


def test_who_reported_what_was_restored_on_appeal_was_not_right(moderator, admin, fan, theory):
    made = report("theory", theory.pk, fan, "spam", "")
    hidden = decide(moderator, "theory", theory.pk, "hide", "spam", "An advert.")
    judge(admin, appeal(hidden, "It is none.").pk, is_granted=True, answer="Yes.")
    made.refresh_from_db()
    assert made.outcome == Outcome.DECLINED


def test_granted_though_it_stands_no_more_it_says_that_the_report_was_not_right(
    sign_in, moderator, admin, fan, author, theory
):
    made = report("theory", theory.pk, fan, "spam", "")
    hidden = decide(moderator, "theory", theory.pk, "hide", "spam", "An advert.")
    appealed = appeal(hidden, "It is none.")
    decide(moderator, "theory", theory.pk, "restore", "other", "Enough of it.")
    judge(admin, appealed.pk, is_granted=True, answer="It was none.")
    made.refresh_from_db()
    assert made.outcome == Outcome.DECLINED
    assert "On appeal another did not" in sign_in(fan).get("/inbox/").text


def test_what_a_later_decision_replaces_is_appealed_against_there(sign_in, moderator, admin, author):
    first = decide(moderator, "fan", author.pk, "suspend", "rules", "W.", until=timezone.now() + timedelta(days=1))
    made = appeal(first, "It is wrong.")
    later = decide(admin, "fan", author.pk, "suspend", "rules", "W.", until=timezone.now() + timedelta(days=9))
    assert appealing.why_no_appeal(later) == ""
    assert "You have decided about this since" in sign_in(admin).get(f"/moderation/appeals/{made.pk}/").text
    made.delete()
    assert "A later decision stands" in appealing.why_no_appeal(first)


def test_only_an_admin_judges_what_staff_appeal_against_and_is_told_before_they_type(sign_in, moderator, admin, editor):
    made = appeal(decide(admin, "fan", editor.pk, "warn", "rules", "Words."), "It is wrong.")
    page = sign_in(moderator).get(f"/moderation/appeals/{made.pk}/").text
    assert "Only an administrator decides" in page
    assert "<textarea" not in page


def test_an_appeal_that_went_with_its_fan_hands_back_what_was_typed(sign_in, hidden, admin):
    made, client = appeal(hidden, "It is none."), sign_in(admin)
    address = f"/moderation/appeals/{made.pk}/"
    made.delete()
    answer = client.post(address, {"verdict": "grant", "answer": "Words that took a while."})
    assert answer.status_code == 409
    assert "Words that took a while." in answer.text
    assert client.get(address).status_code == 404


def test_a_judge_sees_what_was_judged(sign_in, moderator, admin, author, theory, hidden):
    page = sign_in(admin).get(f"/moderation/appeals/{appeal(hidden, 'Words.').pk}/").text
    assert theory.claim in page
    author.bio = "Words about themselves."
    author.save()
    warned = decide(moderator, "fan", author.pk, "warn", "unkind", "Mind your words.")
    assert author.bio in sign_in(admin).get(f"/moderation/appeals/{appeal(warned, 'Words.').pk}/").text


def test_an_old_appeal_that_is_granted_takes_back_no_later_decision(moderator, admin, author, theory):
    until = timezone.now() + timedelta(days=1)
    first = appeal(decide(moderator, "fan", author.pk, "suspend", "rules", "Words.", until=until), "Words.")
    hidden = appeal(decide(moderator, "theory", theory.pk, "hide", "rules", "Words."), "Words.")
    decide(moderator, "fan", author.pk, "unsuspend", "other", "Long enough.")
    decide(moderator, "theory", theory.pk, "restore", "other", "Put right.")
    decide(moderator, "fan", author.pk, "suspend", "spam", "Adverts.")
    decide(moderator, "theory", theory.pk, "hide", "spam", "An advert.")
    for made in (first, hidden):
        judge(admin, made.pk, is_granted=True, answer="Yes.")
    author.refresh_from_db()
    theory.refresh_from_db()
    assert (author.is_active, theory.is_hidden) == (False, True)
