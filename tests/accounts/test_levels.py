from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.levels import facts_of, reckon, reckon_lately
from accounts.models import User
from accounts.trust import RULES, Level, level_for, missing_for
from moderation.appealing import judge
from moderation.deciding import decide, decide_by_rule, locked_case
from moderation.models import Act, Appeal, Decision, DecisionReason
from tests.factories import make_fan
from tests.factories_theories import make_comment, make_theory, make_vote
from theories.models import Comment, Vote

WHOLE = {"days_here": 40, "days_active": 20, "deeds": 50, "contributions": 30}


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({}, Level.REGULAR),
        ({"contributions": 19}, Level.FAN),
        ({"hidden_lately": 1}, Level.FAN),
        ({"hidden_lately": 3}, Level.NEW),
        ({"suspended_lately": 1}, Level.NEW),
        ({"days_here": 2}, Level.NEW),
        ({"deeds": 9}, Level.NEW),
    ],
)
def test_what_the_table_says(changed, level):
    assert level_for(WHOLE | changed) == level


def test_what_is_missing_is_told_with_figures():
    assert {(one.rule.fact, one.value) for one in missing_for(Level.FAN, {"days_here": 1})} == {
        ("days_here", 1),
        ("days_active", 0),
        ("deeds", 0),
    }


@pytest.fixture
def grown(db, author):
    """Came ten days ago and said something on four of them: eleven comments."""
    fan = make_fan("grown", date_joined=timezone.now() - timedelta(days=10))
    theory = make_theory(author)
    for number in range(11):
        said = make_comment(fan, theory, f"Thought {number}.")
        Comment.objects.filter(pk=said.pk).update(created_at=timezone.now() - timedelta(days=number % 4))
    return fan


def test_facts_come_from_what_stands(grown):
    facts = facts_of(grown)
    assert {name: facts[name] for name in ("days_here", "days_active", "deeds", "hidden_lately")} == {
        "days_here": 10,
        "days_active": 4,
        "deeds": 11,
        "hidden_lately": 0,
    }


def test_the_tick_job_raises_and_a_moderator_s_decisions_lower(grown, moderator):
    call_command("reckon_levels")
    assert User.objects.get(pk=grown.pk).level == Level.FAN
    for said in Comment.objects.filter(author=grown).order_by("pk")[:3]:
        decide(moderator, "comment", said.pk, "hide", "spam", "An advert.")
    assert reckon(User.objects.get(pk=grown.pk)) == Level.NEW
    for said in Comment.objects.filter(author=grown, is_hidden=True):
        decide(moderator, "comment", said.pk, "restore", "mistake", "It was none.")
    assert reckon(User.objects.get(pk=grown.pk)) == Level.FAN


@pytest.fixture
def regular(db, author):
    """Came forty days ago and said something on twenty of them, the last of it yesterday: twenty-five comments."""
    fan = make_fan("regular", date_joined=timezone.now() - timedelta(days=40), level=Level.REGULAR)
    theory = make_theory(author, claim="Winston retires.")
    for number in range(25):
        said = make_comment(fan, theory, f"Thought {number}.")
        Comment.objects.filter(pk=said.pk).update(created_at=timezone.now() - timedelta(days=1 + number % 20))
    return fan


def test_a_suspension_that_was_wrong_takes_no_level_and_one_that_is_over_does(regular, moderator, admin):
    def level_after(act, reason="spam", **terms):
        decide(moderator, "fan", regular.pk, act, reason, "Words.", **terms)
        call_command("reckon_levels")
        cache.clear()
        return User.objects.get(pk=regular.pk).level

    soon = timezone.now() + timedelta(days=2)
    assert level_after("suspend") == Level.NEW
    assert level_after("suspend", until=soon) == Level.NEW
    assert level_after("unsuspend", "mistake") == Level.REGULAR
    assert level_after("suspend") == Level.NEW
    assert level_after("unsuspend", "other") == Level.NEW
    wrong = Decision.objects.filter(act="suspend").first()
    made = Appeal.objects.create(decision=wrong, fan=regular, words="No.", made_at=timezone.now())
    judge(admin, made.pk, is_granted=True, answer="It was wrong.")
    assert reckon(User.objects.get(pk=regular.pk)) == Level.REGULAR


def test_what_a_rule_hid_takes_no_level_until_a_moderator_confirms_it(regular, moderator):
    said = Comment.objects.filter(author=regular).first()
    with transaction.atomic():
        decide_by_rule(locked_case("comment", said.pk), Act.HIDE, DecisionReason.SPAM, "Several readers said so.")
    assert Comment.objects.get(pk=said.pk).is_hidden
    assert reckon(regular) == Level.REGULAR
    decide(moderator, "comment", said.pk, "hide", "spam", "It is one.")
    assert reckon(regular) == Level.FAN


def test_the_job_hears_of_a_grant_that_undoes_nothing_and_of_votes_that_were_voided(
    regular, author, moderator, admin, monkeypatch
):
    """A suspension that is over; and who had become a fan by votes alone, ten days ago."""
    voter = make_fan("voter", date_joined=timezone.now() - timedelta(days=30))
    for number in range(11):
        make_vote(voter, make_theory(author, claim=f"Theory {number}."))
        at = timezone.now() - timedelta(days=10 + number % 4)
        Vote.objects.filter(fan=voter, cast_at__gte=timezone.now() - timedelta(days=1)).update(
            cast_at=at, changed_at=at
        )
    decide(moderator, "fan", regular.pk, "suspend", "spam", "Adverts.")
    decide(moderator, "fan", regular.pk, "unsuspend", "other", "Long enough.")
    assert (reckon(regular), reckon(voter)) == (Level.NEW, Level.FAN)
    later = timezone.now() + timedelta(hours=3)
    monkeypatch.setattr(timezone, "now", lambda: later)
    made = Appeal.objects.create(
        decision=Decision.objects.get(act="suspend"), fan=regular, words="No.", made_at=timezone.now()
    )
    judge(admin, made.pk, is_granted=True, answer="It was wrong.")
    decide(moderator, "fan", voter.pk, "void", "votes", "Not honest.")
    assert reckon_lately() == sorted([regular.pk, voter.pk])
    levels = dict(User.objects.values_list("pk", "level"))
    assert (levels[regular.pk], levels[voter.pk]) == (Level.REGULAR, Level.NEW)


def test_time_alone_gives_a_level_back(regular, moderator, monkeypatch):
    said = Comment.objects.filter(author=regular).first()
    decide(moderator, "comment", said.pk, "hide", "spam", "An advert.")
    assert reckon(regular) == Level.FAN
    later = timezone.now() + timedelta(days=60, minutes=10)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert reckon_lately() == [regular.pk]
    assert User.objects.get(pk=regular.pk).level == Level.REGULAR


def test_the_page_shows_the_level_that_time_has_brought(sign_in, grown):
    """The job has not been round, and looking changes nothing."""
    assert grown.level == Level.NEW
    assert "at the level “Fan”" in sign_in(grown).get(reverse("accounts:rights")).content.decode()
    assert User.objects.get(pk=grown.pk).level == Level.NEW


def test_the_page_tells_what_is_missing_and_how_much_at_a_time(sign_in, grown):
    page = sign_in(grown).get(reverse("accounts:rights")).content.decode()
    assert "Here for 30 days" in page
    assert page.count("<strong>Missing</strong>") == sum(not rule.holds(facts_of(grown)) for rule in RULES)
    assert "Theories a day" in page
    assert reverse("accounts:rights") in sign_in(grown).get("/settings/").content.decode()


def test_staff_count_as_regulars(sign_in, moderator):
    page = sign_in(moderator).get(reverse("accounts:rights")).content.decode()
    assert "at the level “Regular”" in page
