"""Votes by young accounts that stand out are held for a look, and what moderators then do with them."""

from datetime import timedelta

import pytest
from django.contrib.admin import site
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from accounts.trust import Level
from moderation.deciding import Overtaken, decide
from moderation.models import Decision
from tests.factories_theories import make_comment, make_forecast, make_theory, make_vote
from tests.theories.recording import make_past, say, score
from theories import stepping
from theories.clock import now
from theories.counting import differing
from theories.guarding import forget_networks, look_at_all, network_key
from theories.models import Forecast, Score, Theory, Vote
from theories.voiding import cluster_on, count_all_of, count_held, void_all_of, void_held
from theories.voting import cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def accounts(name, count, **fields):
    return User.objects.bulk_create(User(username=f"{name}{n}", password="!", **fields) for n in range(count))


def old_hands(count, name="old"):
    return accounts(name, count, date_joined=now() - timedelta(days=400), level=Level.FAN)


@pytest.fixture
def busy(author, theory):
    """Other theories, on which ten old hands vote; on `theory` too."""
    others = [make_theory(author, claim=f"Theory {n}.") for n in range(5)]
    for fan in old_hands(10):
        for one in (theory, *others):
            cast(one.pk, fan, -1)
    return others


@pytest.fixture
def pushed(theory, busy):
    """Fourteen accounts, made today, believe it from three networks."""
    for n, fan in enumerate(accounts("new", 14)):
        cast(theory.pk, fan, 1, f"198.51.100.{n % 3}")
    return Theory.objects.get(pk=theory.pk)


def held(theory):
    return Vote.objects.filter(theory=theory, is_held=True)


def ask(client, theory, act, words="Many accounts, one hand."):
    address = reverse("moderation:decide", args=["votes", theory.pk])
    return client.post(address, {"act": act, "reason": "votes", "words": words})


def test_a_burst_is_held_back_to_its_first_votes(theory, pushed):
    assert (pushed.believe_count, pushed.doubt_count, pushed.held_count) == (1, 10, 13)
    assert held(theory).count() == 13
    assert differing([theory.pk]) == []


def test_the_page_says_how_many_are_held(guest, sign_in, pushed):
    page = guest.get(pushed.get_absolute_url()).content.decode()
    assert "11 counted, 13 held" in page
    more, late = old_hands(2, "late")
    assert "11 counted, 13 held" not in guest.get(make_theory(more).get_absolute_url()).content.decode()
    answer = sign_in(late).post(reverse("theories:vote", args=[pushed.pk, "x"]), {"value": "1"}, headers=HTMX)
    assert "12 counted, 13 held" in answer.content.decode()


def test_newcomers_who_look_around_are_not_held(theory, busy):
    for n, fan in enumerate(accounts("guest", 12)):
        for one in (theory, *busy):
            cast(one.pk, fan, 1, f"203.0.113.{n}")
    assert look_at_all() == []
    assert not Vote.objects.filter(is_held=True).exists()


def test_old_accounts_and_staff_are_not_looked_at(theory, busy):
    for fan in [*old_hands(12, "elder"), *accounts("staff", 12, is_staff=True)]:
        cast(theory.pk, fan, 1, "198.51.100.7")
    assert not Vote.objects.filter(is_held=True).exists()


def test_of_one_network_the_job_looks_at_older_accounts_but_not_at_well_known_ones(theory, busy):
    """An office that has been here for long is left alone; so are a handful of whoever."""
    ago = now() - timedelta(days=20)
    mates = [*accounts("sleeper", 20, date_joined=ago), *accounts("made", 20, date_joined=ago, level=Level.FAN)]
    office = [*accounts("office", 20, date_joined=ago, level=Level.REGULAR), *old_hands(20, "elder")]
    for where, fans in (("198.51.100.7", mates), ("198.51.100.8", office), ("198.51.100.9", old_hands(4, "few"))):
        for fan in fans:
            cast(theory.pk, fan, 1, where)
    assert look_at_all() == [theory.pk]
    assert set(held(theory).values_list("fan", flat=True)) == {fan.pk for fan in mates}


def test_who_votes_elsewhere_too_so_as_to_look_usual_is_held_there_as_well(theory, busy):
    others = [make_theory(theory.author, claim=f"Another {n}.") for n in range(20)]
    for fan in old_hands(20, "elder"):
        for one in others:
            cast(one.pk, fan, 1)
    new = accounts("new", 40)
    for n, fan in enumerate(new):
        for one in (*others[n % 17 : n % 17 + 3], theory):
            cast(one.pk, fan, 1, f"198.51.{n}.7")
    look_at_all()
    assert held(theory).count() > 30
    assert Vote.objects.filter(fan__in=new, is_held=True).exclude(theory=theory).count() > 90
    assert differing(Theory.objects.values_list("pk", flat=True)) == []


def test_a_rush_is_told_from_a_push_and_lets_count_what_was_held(theory, busy, moderator):
    """Newcomers from everywhere, half of them for one theory only. What a moderator has voided stays void."""
    only, about = accounts("only", 80), accounts("about", 60)
    rows = [(fan, theory) for fan in only] + [(fan, one) for fan in about for one in (theory, *busy)]
    moment = now()
    votes = [
        Vote(theory=one, fan=fan, value=1, network=f"n{fan.pk}", cast_at=moment, changed_at=moment) for fan, one in rows
    ]
    Vote.objects.bulk_create(votes[:80])
    assert look_at_all() == [theory.pk]
    assert held(theory).count() > 60
    voided = held(theory).first()
    Vote.objects.filter(pk=voided.pk).update(is_void=True, voided_for=1)
    Vote.objects.bulk_create(votes[80:])
    assert look_at_all() == [theory.pk]
    assert list(held(theory)) == [voided]
    assert Theory.objects.get(pk=theory.pk).believe_count == 139
    assert look_at_all() == []


def test_the_tick_job_finds_what_was_cast_before_it_stood_out(theory, busy, monkeypatch):
    monkeypatch.setattr("theories.voting.look", lambda theory_id: 0)
    for fan in accounts("new", 14):
        cast(theory.pk, fan, 1)
    assert not held(theory).exists()
    call_command("look_at_votes")
    assert (held(theory).count(), Theory.objects.get(pk=theory.pk).held_count) == (13, 13)
    assert look_at_all() == []


def test_a_held_vote_is_taken_back_and_cast_again_and_stays_held(theory, pushed, monkeypatch):
    fan = User.objects.get(username="new3")
    for steps_from in (20_000, 0):
        monkeypatch.setattr(stepping, "STEPS_FROM", steps_from)
        for value, left in ((0, 12), (1, 13)):
            assert cast(theory.pk, fan, value).counts.held == left
            assert differing([theory.pk]) == []


def test_taking_back_and_voting_again_a_day_later_is_looked_at(theory, busy, clock):
    """None stands out on the first day, for none counts; on the second they all do."""
    new = accounts("new", 14)
    for fan in new:
        cast(theory.pk, fan, 1, "198.51.100.7")
        cast(theory.pk, fan, 0, "198.51.100.7")
    Vote.objects.update(is_held=False)
    clock.pass_(hours=25)
    for fan in new:
        cast(theory.pk, fan, 1, "198.51.100.7")
    look_at_all()
    assert held(theory).count() == 14


def test_held_votes_back_nothing(theory, pushed, author):
    assert Vote.objects.standing().filter(theory=theory, value=1).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        held(theory).update(is_cleared=True)


# Moderators


def test_moderators_see_figures_and_nobody(sign_in, moderator, pushed):
    client = sign_in(moderator)
    assert "13 held" in client.get(reverse("moderation:queue")).content.decode()
    page = client.get(reverse("moderation:decide", args=["votes", pushed.pk])).content.decode()
    for words in ("Held votes", "100 %", "Networks they came from"):
        assert words in page
    assert not [n for n in range(14) if f"new{n}" in page]
    cluster = cluster_on(pushed)
    assert (cluster.votes, cluster.commoner, cluster.narrow, cluster.networks, cluster.oldest) == (13, 13, 13, 3, 0)


def test_counted_they_count_and_are_not_held_again(sign_in, moderator, pushed):
    assert ask(sign_in(moderator), pushed, "count").status_code in {302, 303}
    found = Theory.objects.get(pk=pushed.pk)
    assert (found.believe_count, found.held_count) == (14, 0)
    assert look_at_all() == []
    assert [made.about for made in Decision.objects.all()] == [("votes", pushed.pk)]
    with pytest.raises(Overtaken):
        decide(moderator, "votes", pushed.pk, "count", "votes", "Again.")


def test_what_was_voided_is_still_told_in_figures(sign_in, moderator, pushed):
    client = sign_in(moderator)
    ask(client, pushed, "void")
    page = client.get(reverse("moderation:decide", args=["votes", pushed.pk])).text
    assert "Voided votes" in page
    assert "Networks they came from" in page


def test_voided_they_never_count_until_that_is_taken_back(moderator, pushed):
    decide(moderator, "votes", pushed.pk, "void", "votes", "One hand.")
    found = Theory.objects.get(pk=pushed.pk)
    assert (found.believe_count, found.held_count) == (1, 0)
    assert differing([pushed.pk]) == []
    decide(moderator, "votes", pushed.pk, "count", "mistake", "They were many after all.")
    found = Theory.objects.get(pk=pushed.pk)
    assert (found.believe_count, found.held_count) == (14, 0)


def test_what_is_voided_with_its_fan_stays_void_when_held_votes_are_counted(pushed):
    """And the other way round: each is taken back by itself."""
    mine = Vote.objects.get(theory=pushed, fan__username="new5")
    for void, also, back in (
        (lambda: void_all_of(mine.fan), lambda: void_held(pushed), lambda: count_all_of(mine.fan)),
        (lambda: void_held(pushed), lambda: void_all_of(mine.fan), lambda: count_held(pushed)),
    ):
        void()
        assert Vote.objects.get(pk=mine.pk).is_void
        assert differing([pushed.pk]) == []
        also()
        back()
        assert Vote.objects.get(pk=mine.pk).is_void
        assert differing([pushed.pk]) == []
    count_all_of(mine.fan)
    found = Vote.objects.get(pk=mine.pk)
    assert (found.is_void, found.voided_for, found.is_held) == (False, 0, False)
    assert Theory.objects.get(pk=pushed.pk).believe_count == 14


def test_only_moderators_decide_about_votes(sign_in, fan, pushed):
    assert ask(sign_in(fan), pushed, "void").status_code == 403
    assert held(pushed).count() == 13


def test_all_of_one_fan_is_voided_looking_back(
    moderator, fan, other, author, theory, django_capture_on_commit_callbacks
):
    """Counts and crowds follow, and what is resolved is scored anew; taken back, all is as it was."""
    past = make_past(author)
    make_vote(fan, theory)
    for one, percent in ((fan, 90), (other, 20)):
        make_forecast(one, theory, percent)
        say(one, past, percent)
    score(past)
    before = Theory.objects.values_list("believe_count", "crowd", "forecast_count").get(pk=theory.pk)
    for act, votes, crowd, scored in (("void", 0, 20, False), ("count", 1, before[1], True)):
        with django_capture_on_commit_callbacks(execute=True):
            decide(moderator, "fan", fan.pk, act, "votes", "Not honest.")
        found = Theory.objects.get(pk=theory.pk)
        assert (found.believe_count, found.crowd) == (votes, crowd)
        assert Score.objects.filter(theory=past, fan=fan).exists() is scored
        assert Score.objects.filter(theory=past, fan=other).exists()
        assert differing([theory.pk]) == []


# Networks


def test_a_network_is_kept_as_a_hash_for_a_month(fan, theory):
    address = "203.0.113.9"
    cast(theory.pk, fan, 1, address)
    vote = Vote.objects.get()
    assert vote.network == network_key(address, vote.cast_at)
    assert address not in vote.network
    assert len(vote.network) == 16
    assert vote.network != network_key(address, vote.cast_at + timedelta(days=7))
    assert forget_networks() == 0
    Vote.objects.update(changed_at=now() - timedelta(days=31))
    assert forget_networks() == 1
    assert Vote.objects.get().network == ""


def test_the_view_says_where_a_vote_comes_from(sign_in, fan, theory, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    address = reverse("theories:vote", args=[theory.pk, theory.slug])
    sign_in(fan).post(address, {"value": "1"}, headers={"X-Forwarded-For": "192.0.2.66"}, REMOTE_ADDR="203.0.113.5")
    vote = Vote.objects.get()
    assert vote.network == network_key("203.0.113.5", vote.cast_at)


def test_an_ipv6_line_is_one_network_however_many_it_is_given(client, theory, busy):
    """Fans who joined a while ago: nothing but where they come from tells them from others."""
    for n, fan in enumerate(accounts("made", 20, date_joined=now() - timedelta(days=20), level=Level.FAN)):
        client.force_login(fan)
        address = reverse("theories:vote", args=[theory.pk, theory.slug])
        client.post(address, {"value": "1"}, REMOTE_ADDR=f"2001:db8:0:{n:x}::1")
    assert look_at_all() == [theory.pk]
    assert held(theory).count() == 20


def test_a_young_account_votes_in_few_statements(sign_in, theory, busy, django_assert_max_num_queries):
    """As for anybody, and three looks; once something is held, holding it."""
    fans = accounts("new", 8)
    for fan in fans[:-1]:
        cast(theory.pk, fan, 1)
    client = sign_in(fans[-1])
    with django_assert_max_num_queries(13):
        client.post(reverse("theories:vote", args=[theory.pk, theory.slug]), {"value": "1"}, headers=HTMX)


# Nobody browses who voted what


def test_votes_and_forecasts_are_not_in_the_admin(sign_in, admin, fan, theory):
    make_vote(fan, theory)
    make_forecast(fan, theory)
    make_comment(fan, theory)
    assert not {Vote, Forecast} & site._registry.keys()
    inlines = {inline.model for registered in site._registry.values() for inline in registered.inlines}
    assert not {Vote, Forecast} & inlines
    client = sign_in(admin)
    for address in (
        "/admin/theories/vote/",
        "/admin/theories/forecast/",
        f"/admin/theories/vote/{Vote.objects.get().pk}/",
    ):
        assert client.get(address).status_code in {302, 404}
