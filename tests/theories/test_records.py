import re

import pytest
from django.utils import timezone

from accounts.models import User
from lore.seeing import set_seen
from tests.factories import make_work
from tests.factories_theories import make_draft, make_due, make_theory, make_vote
from tests.theories.recording import make_past, make_scores, make_standing, say, score
from theories.badges import grant_for
from theories.course import gains_by
from theories.examples import examples
from theories.leaderboard import public_standings
from theories.models import Badge, Forecast, Proposal, State, Theory, Vote

pytestmark = pytest.mark.django_db
MINE = "/theories/mine/"


def text(client, address):
    return re.sub(r"\s+", " ", client.get(address).content.decode())


def profile(client, fan):
    return text(client, fan.get_absolute_url())


def vote(fan, theory, value=1):
    moment = timezone.now()
    Vote.objects.create(fan=fan, theory=theory, value=value, cast_at=moment, changed_at=moment)


class TestProfile:
    def test_skill_with_interval_and_sentence(self, guest, fan):
        make_scores(fan, [0.12] * 6)
        page = profile(guest, fan)
        assert "After 6 resolved forecasts, better than the crowd by about 0.04" in page
        assert re.search(r"<b>\+0\.0[45]</b>", page)
        assert "70–79 %" in page
        assert '<h3 id="calibration-head">Calibration</h3>' in page
        assert "<span>−0.25</span><span>the crowd</span><span>+0.25</span>" in page
        assert "predictions.css" in page

    def test_nothing_is_said_below_five(self, guest, sign_in, fan):
        make_scores(fan, [0.12] * 4)
        assert 'id="record"' not in profile(guest, fan)  # else one could see that they forecast what was just resolved
        make_theory(fan)
        page = profile(guest, fan)
        assert "Fewer than five resolved forecasts. Skill shows from 5 on." in page
        assert "4 resolved" not in page
        assert "4 resolved forecasts. Skill shows from 5 on." in profile(sign_in(fan), fan)
        assert "Brier score" not in page
        assert 'class="calibration"' not in page

    def test_others_see_the_calibration_in_rough_numbers_alone(self, guest, sign_in, fan, other):
        make_scores(fan, [0.12] * 12)
        scores = list(fan.scores.values_list("pk", flat=True))
        fan.scores.filter(pk__in=scores[:4]).update(last=15)
        fan.scores.filter(pk=scores[-1]).update(came_true=False)
        own, public = profile(sign_in(fan), fan), profile(guest, fan)
        assert "10–19 %" in own
        assert '<td class="num">8</td><td class="num">7 (88 %)</td><td class="num">' in own
        assert "10–19 %" not in public
        assert '<td class="num">5 or more</td><td class="num">about 90 %</td>' in public
        assert public.count('class="point') == 1
        # The more forecasts, the larger the mark; for others by rough numbers: 12 as if they were 10, 8 as if 5.
        assert re.findall(r'class="point" cx[^>]* r="([\d.]+)"', own) == ["5.8"]
        assert "m-5.1 0l5.1 -5.1" in own
        assert re.findall(r'class="point" cx[^>]* r="([\d.]+)"', public) == ["5.3"]
        assert "left out" in public

    def test_who_has_no_record_has_no_panel(self, guest, fan):
        assert 'id="record"' not in profile(guest, fan)

    def test_theories_by_status_and_hits_count_visible_things_only(self, guest, sign_in, fan, author):
        film = make_work("film")
        for outcome in ("confirmed", "busted", "partly"):
            make_past(author, outcome)
        shielded = make_past(author, "confirmed")
        Theory.objects.filter(pk=shielded.pk).update(scope=film.mask)
        Theory.objects.filter(pk=make_past(author).pk).update(is_hidden=True)
        make_due(author)
        make_draft(author)
        assert "<b>1 of 2</b> decided theories came true" in profile(guest, author)
        assert re.findall(r'status=(\w+)">[\w ]+</a> <span class="num">(\d+)', profile(guest, author)) == [
            ("due", "1"),
            ("confirmed", "1"),
            ("busted", "1"),
            ("partly", "1"),
        ]
        set_seen(fan, film.mask)
        assert "<b>2 of 3</b> decided" in profile(sign_in(fan), author)

    def test_votes_that_came_true_are_told_to_the_fan_alone(self, guest, sign_in, fan, author):
        vote(fan, make_past(author))
        vote(fan, make_past(author, "busted"))
        vote(fan, make_past(author, "void"))
        told = "You voted on 2 theories that came true or failed, and were right on"
        assert f'{told} <b class="num">1</b>' in profile(sign_in(fan), fan)
        for client in (guest, sign_in(author)):
            assert "You voted on" not in profile(client, fan)

    def test_badges_say_what_they_are_for(self, guest, author):
        theory = make_past(author)
        grant_for(theory.pk)
        page = profile(guest, author)
        assert "Told you so" in page
        assert f'came true: <a href="{theory.get_absolute_url()}">' in page

    def test_a_badge_is_as_hidden_as_the_theory_it_leads_to(self, guest, author):
        theory = make_past(author)
        grant_for(theory.pk)
        Theory.objects.filter(pk=theory.pk).update(scope=make_work("film").mask)
        page = profile(guest, author)
        assert "Told you so" not in page

    def test_a_badge_never_tells_what_somebody_forecast(self, guest, fan, author):
        theory = make_past(author)
        say(fan, theory, 90)
        score(theory)
        grant_for(theory.pk)
        assert Badge.objects.get(fan=fan).theory == theory
        page = profile(guest, fan)
        assert "Called it early" in page
        assert theory.get_absolute_url() not in page

    def test_costs_few_queries(self, sign_in, fan, author, django_assert_max_num_queries):
        make_scores(author, [0.1] * 6)
        grant_for(make_past(author).pk)
        client = sign_in(fan)
        # Session, user, what they saw and keep, the fan, theories and their tags, lore (5); and four of the record:
        # scores, standing, statuses, badges.
        with django_assert_max_num_queries(15):
            client.get(author.get_absolute_url())


class TestMine:
    def test_what_awaits_me(self, sign_in, fan, author, other):
        due, draft = make_due(fan, claim="It is time."), make_draft(fan, claim="Not yet said.")
        open_for_me = make_proposal(author, other, "confirmed", claim="Second me.")
        page = text(sign_in(fan), MINE)
        assert "What awaits you" in page
        for theory in (due, draft, open_for_me.theory):
            assert theory.claim in page
        assert "Not yet said." not in text(sign_in(other), MINE)

    @pytest.mark.parametrize(
        ("outcome", "value", "said", "waits"),
        [
            ("confirmed", 0, None, True),
            ("confirmed", -1, 50, True),
            ("confirmed", 1, None, False),
            ("confirmed", 0, 51, False),
            ("busted", 1, 50, True),
            ("busted", -1, None, False),
            ("busted", 0, 49, False),
            ("partly", 1, 99, True),
        ],
    )
    def test_proposals_of_what_one_does_not_gain_by(self, sign_in, fan, author, other, outcome, value, said, waits):
        theory = make_proposal(author, other, outcome, claim="Second me.").theory
        if value:
            vote(fan, theory, value)
        if said:
            Forecast.objects.create(theory=theory, fan=fan, probability=said, made_at=timezone.now())
        awaits = text(sign_in(fan), MINE)
        assert ("Somebody says" in awaits) is waits is not gains_by(fan, theory, outcome)
        assert "Somebody says" not in text(sign_in(other), MINE)

    def test_an_author_does_not_second_their_own(self, sign_in, author, other):
        make_proposal(author, other, "confirmed")
        assert "Somebody says" not in text(sign_in(author), MINE)

    def test_what_i_posted_voted_and_forecast(self, sign_in, fan, author):
        mine = make_theory(fan, claim="I said so.")
        voted, said = make_theory(author, claim="I doubt it."), make_past(author, claim="I foresaw it.")
        make_vote(fan, voted, -1)
        say(fan, said, 70)
        score(said)
        client = sign_in(fan)
        page = text(client, MINE)
        assert mine.claim in page
        for told in ("<span>due 1 Jan 2100</span>", "no votes", "0 comments"):
            assert told in page
        assert "<span>by " not in page
        page = text(client, MINE + "?show=voted")
        for told in ("You doubt it", "by author", "0 believe, 1 doubts"):
            assert told in page
        page = text(client, MINE + "?show=forecast")
        assert "You said 70 %" in page
        assert "Your Brier score: 0.09, the crowd’s 0.25" in page
        assert voted.claim not in page

    def test_what_i_voted_on_may_be_shielded_by_now(self, sign_in, fan, author):
        theory = make_theory(author, claim="It gives it all away.")
        make_vote(fan, theory)
        Theory.objects.filter(pk=theory.pk).update(scope=make_work("film").mask)
        page = text(sign_in(fan), MINE + "?show=voted")
        assert theory.claim not in page
        assert f"/theories/{theory.pk}/" in page

    def test_pages_by_key_with_few_queries(self, sign_in, fan, author, django_assert_max_num_queries):
        for number in range(27):
            say(fan, make_past(author, claim=f"Claim {number}."), 70)
        client = sign_in(fan)
        # Session, user, films, three that wait, forecasts, scores.
        with django_assert_max_num_queries(10):
            page = text(client, MINE + "?show=forecast")
        assert page.count("You said 70 %") == 25
        further = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
        assert text(client, MINE + further).count("You said 70 %") == 2

    @pytest.mark.parametrize(
        "query", ["?show=x", "?after=x", "?after=0", "?after=99999999999999999999999", "?show=voted&after=-1"]
    )
    def test_silly_addresses(self, sign_in, fan, query):
        assert sign_in(fan).get(MINE + query).status_code == 200


def make_proposal(author, proposer, outcome, **fields):
    theory = make_theory(author, set_to={"state": State.PROPOSED}, **fields)
    today = timezone.now()
    return Proposal.objects.create(
        theory=theory, fan=proposer, outcome=outcome, evidence="See.", happened_on=today.date(), made_at=today
    )


class TestHowItIsScored:
    def test_the_examples_are_computed(self):
        found = examples()
        assert [round(example.result.brier, 4) for example in found.scores] == [0.09, 0.49, 0.1, 0.16, 0.09]
        assert [round(example.result.crowd_brier, 4) for example in found.scores] == [0.25, 0.25, 0.25, 0.25, 0.145]
        assert found.skill_after_five.resolved == 5

    def test_the_page_tells_them(self, guest):
        page = text(guest, "/theories/scoring/")
        assert "0.3&nbsp;×&nbsp;0.3&nbsp;=&nbsp;0.09" in page
        assert examples().skill.sentence.replace("’", "’") in page
        assert f"<b>{examples().crowd} %</b>" in page


def test_whoever_is_on_the_leaderboard_is_so_by_one_rule(fan):
    make_standing(fan, 0.1)
    assert list(public_standings(0).values_list("fan", flat=True)) == [fan.pk]
    assert not public_standings(2025).exists()


def test_a_private_record_says_nothing_of_forecasts(client, author):
    make_theory(author)
    User.objects.filter(pk=author.pk).update(hides_record=True)
    assert "Fewer than five" not in client.get(author.get_absolute_url()).content.decode()
