import pytest

from accounts.models import User
from tests.factories import make_fan
from tests.factories_theories import make_comment, make_theory
from tests.theories.recording import day, make_past, make_scores, make_standing, say, score
from theories.badges import RULES, grant, grant_for
from theories.models import Badge, Comment, Score, State, Theory

pytestmark = pytest.mark.django_db
REASONS = "Because of this. " * 13


def held(fan):
    return set(Badge.objects.filter(fan=fan).values_list("key", flat=True))


def test_a_first_theory(author):
    theory = make_theory(author)
    for _ in range(2):
        grant(author.pk)
    badge = Badge.objects.get(fan=author)
    assert (badge.key, badge.theory) == ("first-theory", theory)


def test_posting_grants_it_at_once(author):
    make_theory(author)
    assert held(author) == {"first-theory"}


def test_the_archive_and_the_inactive_get_none():
    make_theory(User.objects.archive())
    gone = make_fan(username="gone")
    make_theory(gone)
    Badge.objects.all().delete()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    grant(gone.pk)
    grant(User.objects.archive().pk)
    assert not Badge.objects.exists()


def test_ten_comments_with_reasons(fan, theory):
    said = [make_comment(fan, theory, f"{REASONS} {number}") for number in range(10)]
    assert held(fan) == {"reasoned"}
    Badge.objects.all().delete()
    Comment.objects.filter(pk=said[0].pk).update(is_hidden=True)
    make_comment(fan, theory)
    grant(fan.pk)
    assert held(fan) == set()


def test_a_comment_that_changed_a_mind(fan, theory):
    Comment.objects.filter(pk=make_comment(fan, theory).pk).update(mind_count=1)
    grant(fan.pk)
    assert held(fan) == {"changed-a-mind"}


class TestOutcomes:
    def test_the_first_and_the_fifth_that_came_true(self, author):
        theories = [make_past(author, at=day(100 + number)) for number in range(5)]
        for number, theory in enumerate(theories, 1):
            Theory.objects.filter(pk__in=[later.pk for later in theories[number:]]).update(is_hidden=True)
            Theory.objects.filter(pk__in=[earlier.pk for earlier in theories[:number]]).update(is_hidden=False)
            grant_for(theory.pk)
            assert ("came-true" in held(author), "five-hits" in held(author)) == (True, number == 5)
        assert Badge.objects.get(key="came-true").theory == theories[0]
        assert Badge.objects.get(key="five-hits").theory == theories[4]

    def test_an_outcome_undone_takes_its_badges_along(self, author, fan):
        theory = make_past(author)
        say(fan, theory, 90, since=10)
        score(theory)
        grant_for(theory.pk)
        assert ("came-true" in held(author), held(fan)) == (True, {"called-early"})
        nothing = {"state": State.OPEN, "outcome": "", "closed_at": None, "resolved_at": None}
        Theory.objects.filter(pk=theory.pk).update(**nothing)
        grant_for(theory.pk)
        assert (held(author), held(fan)) == ({"first-theory"}, set())

    def test_what_another_theory_has_earned_stays(self, author):
        first, second = make_past(author), make_past(author, at=day(101))
        grant_for(first.pk)
        Theory.objects.filter(pk=first.pk).update(outcome="busted", state="busted")
        grant_for(first.pk)
        assert Badge.objects.get(key="came-true").theory in {first, second}

    @pytest.mark.parametrize(
        ("outcome", "probability", "since", "until", "is_early"),
        [
            ("confirmed", 70, 25, None, True),
            ("confirmed", 70, 26, None, False),  # the first quarter was over
            ("confirmed", 69, 0, None, False),
            ("confirmed", 95, 0, 1, False),  # said for a day, and taken back
            ("busted", 30, 10, 60, True),
            ("busted", 70, 0, None, False),
            ("void", 70, 0, None, False),
        ],
    )
    def test_called_early(self, author, fan, outcome, probability, since, until, is_early):
        theory = make_past(author, outcome)
        say(fan, theory, probability, since, until)
        score(theory)
        grant_for(theory.pk)
        grant(fan.pk)
        assert ("called-early" in held(fan)) is is_early

    def test_nobody_calls_their_own_theory_early(self, author):
        theory = make_past(author)
        say(author, theory, 90)
        score(theory)
        grant_for(theory.pk)
        assert "called-early" not in held(author)


def test_well_calibrated_takes_twenty_and_none_outside(fan):
    scores = make_scores(fan, [0.01] * 20)  # all said 70 % …
    ids = [found.pk for found in scores]
    grant(fan.pk)
    assert "well-calibrated" not in held(fan)  # … and all came true
    Score.objects.filter(pk__in=ids[:6]).update(came_true=False)
    grant(fan.pk)
    assert "well-calibrated" in held(fan)


def test_ahead_of_the_crowd_takes_a_sure_lead(fan, other):
    for person, skill in ((fan, 0.06), (other, 0.04)):
        standing = make_standing(person, skill)
        type(standing).objects.filter(pk=standing.pk).update(resolved=20)
        grant(person.pk)
    assert (held(fan), held(other)) == ({"ahead"}, set())


def test_many_forecasters_cost_no_more_queries(author, django_assert_max_num_queries):
    theory = make_past(author)
    for number in range(12):
        say(make_fan(username=f"fan-{number}"), theory, 90)
    score(theory)
    # The theory, three kinds that may go, who was scored, who they are, what they hold, eight rules, the new ones.
    with django_assert_max_num_queries(19):
        grant_for(theory.pk)
    assert Badge.objects.filter(key="called-early").count() == 12


def test_keys_fit_their_column():
    assert all(key == rule.key and len(key) <= 40 for key, rule in RULES.items())
