"""Many at once, with real transactions in threads."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from moderation.models import Decision
from tests.factories import make_fan
from tests.factories_theories import finding, make_comment, make_proposal, make_seconded, make_theory, writing
from tests.racing import at_once
from theories import posting, resolving
from theories.counting import differing
from theories.models import Appeal, Objection, Proposal, Second, Theory, TurnTaken, Vote
from theories.permissions import Conflict
from theories.voting import cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_hundred_fans_vote_at_once_and_none_is_lost():
    theory = make_theory(make_fan(username="author"))
    fans = [make_fan(username=f"voter-{number}") for number in range(200)]
    at_once([lambda fan=fan: cast(theory.pk, fan, 1 if fan.pk % 2 else -1) for fan in fans])
    found = Theory.objects.get()
    assert found.believe_count + found.doubt_count == Vote.objects.count() == 200
    assert found.believe_count == Vote.objects.filter(value=1).count()
    assert differing([theory.pk]) == []


def test_one_fan_who_clicks_twice_has_one_vote():
    theory, fan = make_theory(make_fan(username="author")), make_fan()
    at_once([lambda: cast(theory.pk, fan, 1)] * 10)
    assert Vote.objects.count() == 1
    assert Theory.objects.get().believe_count == 1


def test_withdrawing_while_others_vote_ends_one_way_or_the_other():
    author = make_fan(username="author")
    theory = make_theory(author)
    fans = [make_fan(username=f"voter-{number}") for number in range(8)]
    votes = [lambda fan=fan: cast(theory.pk, fan, 1) for fan in fans]
    at_once([*votes[:4], lambda: posting.withdraw(author, theory), *votes[4:]])
    found = Theory.objects.get()
    assert (found.state == "withdrawn") == (Vote.objects.count() == 0)
    assert (found.backing_withdrawn_at is not None) == found.is_frozen


def test_two_edits_from_one_edition_one_wins():
    author = make_fan(username="author")
    theory = make_theory(author)
    edits = [writing(case=f"Case {number}", based_on=theory.edition) for number in range(4)]
    results = at_once([lambda edit=edit: posting.edit(author, theory, edit) for edit in edits])
    assert sum(isinstance(result, Theory) for result in results) == 1
    assert theory.versions.count() == 2


def test_comments_at_once_each_find_a_place():
    author = make_fan(username="author")
    theory = make_theory(author)
    root = make_comment(author, theory)
    at_once([lambda: make_comment(author, theory, parent_id=root.pk)] * 20)
    assert Theory.objects.get().comment_count == 21
    assert len(set(theory.comments.values_list("path", flat=True))) == 21


# Resolving


def three(*names: str) -> list[User]:
    return [make_fan(username=name) for name in names]


def tally(outcomes: list) -> tuple[int, int]:
    """How many got through, and how many were told why not."""
    refused = sum(isinstance(outcome, Conflict) for outcome in outcomes)
    assert not [outcome for outcome in outcomes if isinstance(outcome, ValidationError | PermissionDenied)][refused:]
    return len(outcomes) - refused, refused


def test_of_eight_proposals_one_stands_and_seven_are_told():
    theory = make_theory(make_fan(username="author"))
    fans = three(*(f"fan-{number}" for number in range(8)))
    outcomes = at_once([lambda fan=fan: resolving.propose(theory.pk, fan, finding()) for fan in fans])
    assert tally(outcomes) == (1, 7)
    assert Proposal.objects.count() == TurnTaken.objects.filter(turn="propose").count() == 1


def test_two_seconds_at_once_both_count_and_a_third_is_told():
    theory = make_theory(make_fan(username="author"))
    proposal = make_proposal(make_fan(username="proposer"), theory)
    fans = three("one", "two", "three")
    outcomes = at_once([lambda fan=fan: resolving.second(theory.pk, fan, proposal.pk) for fan in fans])
    assert tally(outcomes) == (2, 1)
    assert Second.objects.count() == 2
    found = Theory.objects.get()
    assert (found.outcome, found.is_seconded) == ("confirmed", True)


def test_votes_while_it_is_seconded_are_in_or_told():
    theory = make_theory(make_fan(username="author"))
    proposal = make_proposal(make_fan(username="proposer"), theory)
    first, last = three("one", "two")
    resolving.second(theory.pk, first, proposal.pk)
    voters = [make_fan(username=f"voter-{number}") for number in range(10)]
    votes = [lambda fan=fan: cast(theory.pk, fan, -1) for fan in voters]
    outcomes = at_once([*votes[:5], lambda: resolving.second(theory.pk, last, proposal.pk), *votes[5:]])
    taken, refused = tally(outcomes)
    found = Theory.objects.get()
    assert found.doubt_count == Vote.objects.count() == taken - 1 == 10 - refused
    assert not Vote.objects.filter(cast_at__gt=found.closed_at).exists()
    assert differing([theory.pk]) == []


def test_of_two_moderators_who_decide_one_is_told():
    theory = make_theory(make_fan(username="author"))
    judges = [make_fan(username=f"judge-{number}", is_superuser=True) for number in range(2)]
    decisions = zip(judges, ("confirmed", "busted"), strict=True)
    outcomes = at_once(
        [lambda judge=judge, to=to: resolving.decide(theory.pk, judge, finding(to)) for judge, to in decisions]
    )
    assert tally(outcomes) == (1, 1)
    assert Decision.objects.count() == TurnTaken.objects.filter(turn="decide").count() == 1
    found = Theory.objects.get()
    assert found.state == found.outcome == Proposal.objects.get().outcome


def test_ticks_and_an_objection_in_the_last_moment_settle_once_or_not_at_all():
    theory = make_theory(make_fan(username="author"))
    proposal = make_seconded(theory)
    Theory.objects.update(resolved_at=timezone.now() + timedelta(milliseconds=20))
    fan = make_fan(username="objector")
    ticks = [resolving.settle_due] * 5
    at_once([*ticks, lambda: resolving.object_to(theory.pk, fan, proposal.pk, "No."), *ticks])
    turns = list(TurnTaken.objects.values_list("turn", flat=True))
    ended = [turn for turn in turns if turn in {"settle", "object"}]
    found = Theory.objects.get()
    assert len(ended) <= 1
    assert found.current_state == ("disputed" if "object" in ended else "confirmed")
    assert Objection.objects.count() == turns.count("object")


def test_of_an_undo_and_an_appeal_one_is_told():
    theory = make_theory(make_fan(username="author"))
    judge, fan = make_fan(username="judge", is_superuser=True), make_fan(username="fan")
    resolving.decide(theory.pk, judge, finding())
    outcomes = at_once(
        [
            lambda: resolving.undo(theory.pk, judge, "A slip."),
            lambda: resolving.appeal(theory.pk, fan, "No."),
        ]
    )
    assert tally(outcomes) == (1, 1)
    assert Appeal.objects.exists() is (Theory.objects.get().state == "confirmed")
