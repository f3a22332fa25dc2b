"""Many at once, with real transactions in threads."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.suspending import reopen, suspend
from accounts.trust import Level
from moderation import deciding
from moderation.models import Decision
from tests.factories import make_fan
from tests.factories_theories import (
    finding,
    make_comment,
    make_forecast,
    make_proposal,
    make_seconded,
    make_theory,
    writing,
)
from tests.racing import at_once
from tests.theories.authoring import FIELDS, NEW
from theories import duplicating, marking, posting, resolving, stepping
from theories.counting import differing, recount_in_batches
from theories.models import Appeal, Forecast, Objection, Proposal, Second, Theory, TurnTaken, Vote
from theories.permissions import Conflict
from theories.voting import cast

pytestmark = pytest.mark.django_db(transaction=True)


def three(*names: str) -> list[User]:
    return [make_fan(username=name) for name in names]


def tally(outcomes: list) -> tuple[int, int]:
    """How many got through, and how many were told why not."""
    refused = sum(isinstance(outcome, Conflict) for outcome in outcomes)
    assert not [outcome for outcome in outcomes if isinstance(outcome, ValidationError | PermissionDenied)][refused:]
    return len(outcomes) - refused, refused


def test_two_hundred_fans_vote_at_once_and_none_is_lost():
    theory = make_theory(make_fan(username="author"))
    fans = [make_fan(username=f"voter-{number}", level=Level.FAN) for number in range(200)]
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


@pytest.mark.parametrize("steps_from", [20_000, -1], ids=["counted", "stepped"])
def test_votes_taken_back_while_all_is_counted_are_counted_exactly(monkeypatch, steps_from):
    monkeypatch.setattr(stepping, "STEPS_FROM", steps_from)
    theory = make_theory(make_fan(username="author"))
    fans = [make_fan(username=f"voter-{number}") for number in range(24)]
    for fan in fans[:16]:
        cast(theory.pk, fan, 1)
    back = [lambda fan=fan: cast(theory.pk, fan, 0) for fan in fans[:8]]
    new = [lambda fan=fan: cast(theory.pk, fan, -1) for fan in fans[8:]]
    counts = [lambda: recount_in_batches([theory.pk])] * 8
    at_once([act for acts in zip(back, new[:8], counts, new[8:], strict=True) for act in acts])
    found = Theory.objects.get()
    assert (found.believe_count, found.doubt_count) == (0, 16)
    assert differing([theory.pk]) == []


def test_an_author_who_marks_it_while_others_vote_is_in_time_or_told():
    author = make_fan(username="author")
    theory, first = make_theory(author), make_theory(author)
    fans = [make_fan(username=f"voter-{number}") for number in range(8)]
    votes = [lambda fan=fan: cast(theory.pk, fan, 1) for fan in fans]
    outcomes = at_once([*votes[:2], lambda: duplicating.mark(author, theory, first), *votes[2:]])
    found = Theory.objects.get(pk=theory.pk)
    voted = Vote.objects.count()
    assert tally(outcomes) in {(1, 8), (8, 1)}
    assert (found.state, voted, found.believe_count) in {("duplicate", 0, 0), ("open", 8, 8)}


def test_votes_while_a_moderator_marks_it_are_in_or_told():
    author, judge = make_fan(username="author"), make_fan(username="judge", is_superuser=True)
    theory, first = make_theory(author), make_theory(author)
    fans = [make_fan(username=f"voter-{number}") for number in range(10)]
    votes = [lambda fan=fan: cast(theory.pk, fan, 1) for fan in fans]
    marks = [lambda: duplicating.mark(judge, theory, first, "The same.")] * 2
    taken, _ = tally(at_once([*votes[:5], *marks, *votes[5:]]))
    found = Theory.objects.get(pk=theory.pk)
    assert (found.state, found.believe_count) == ("duplicate", Vote.objects.count())
    assert (Vote.objects.count(), Decision.objects.count()) == (taken - 1, 1)
    assert differing([theory.pk]) == []


def test_of_two_that_are_marked_as_each_others_duplicate_one_is():
    judge = make_fan(username="judge", is_superuser=True)
    one, two = (make_theory(make_fan(username=name)) for name in ("author", "other"))
    marks = [lambda: duplicating.mark(judge, one, two, "Same."), lambda: duplicating.mark(judge, two, one, "Same.")]
    outcomes = at_once(marks * 2)
    assert sum(isinstance(outcome, Theory) for outcome in outcomes) == 1
    assert sorted(Theory.objects.values_list("state", flat=True)) == ["duplicate", "open"]


def test_replies_while_their_comment_is_taken_back_stay_or_are_told():
    author = make_fan(username="author")
    theory = make_theory(author)
    said = make_comment(author, theory)
    clients = {name: Client() for name in ("author", *(f"fan-{number}" for number in range(8)))}
    for name, client in clients.items():
        client.force_login(User.objects.filter(username=name).first() or make_fan(username=name))
    where = reverse("theories:comment", args=[theory.pk, theory.slug])
    gone = reverse("theories:comment_delete", args=[theory.pk, theory.slug, said.pk])
    reply = {"text": "Not so.", "parent": said.pk}
    acts = [lambda client=client: client.post(where, reply).status_code for client in clients.values()]
    acts[0] = lambda: clients["author"].post(gone).status_code
    statuses = at_once([*acts[1:4], acts[0], *acts[4:]])
    answered = theory.comments.filter(parent=said).count()
    assert set(statuses) <= {303, 409}
    assert statuses.count(303) == answered + 1
    assert Theory.objects.get().comment_count == answered
    assert differing([theory.pk]) == []


def test_two_edits_from_one_edition_one_wins():
    author = make_fan(username="author")
    theory = make_theory(author)
    edits = [writing(case=f"Case {number}", based_on=theory.edition) for number in range(4)]
    results = at_once([lambda edit=edit: posting.edit(author, theory, edit) for edit in edits])
    assert sum(isinstance(result, Theory) for result in results) == 1
    assert theory.versions.count() == 2


def test_a_form_that_is_sent_three_times_at_once_is_posted_once():
    fan = make_fan(username="fan")
    clients = [Client() for _ in range(3)]
    for client in clients:
        client.force_login(fan)
    form = FIELDS | {"window": "w" * 16}
    answers = at_once([lambda client=client: client.post(NEW, form) for client in clients])
    where = Theory.objects.get().get_absolute_url()
    assert [(answer.status_code, answer.url) for answer in answers] == [(303, where)] * 3


def test_comments_at_once_each_find_a_place():
    author = make_fan(username="author")
    theory = make_theory(author)
    root = make_comment(author, theory)
    at_once([lambda: make_comment(author, theory, parent_id=root.pk)] * 20)
    assert Theory.objects.get().comment_count == 21
    assert len(set(theory.comments.values_list("path", flat=True))) == 21


# What PostgreSQL alone can show: two transactions that wait for each other


def test_hiding_a_comment_while_others_answer_it_is_done_or_told():
    author, judge = make_fan(username="author"), make_fan(username="judge", is_superuser=True)
    theory, fans = make_theory(author), three("one", "two", "three", "four", "five")
    for number in range(12):
        said = make_comment(author, theory, f"Start {number}.")
        answers = [
            lambda fan=fan, said=said: make_comment(fan, theory, f"No {said.pk}.", parent_id=said.pk) for fan in fans
        ]
        hide = partial(deciding.decide, judge, "comment", said.pk, "hide", "other", "Too hot.")
        outcomes = at_once([*answers[:3], hide, *answers[3:]])
        assert isinstance(outcomes[3], Decision)
        assert tally(outcomes)[0] == theory.comments.filter(parent=said).count() + 1
    assert differing([theory.pk]) == []


def test_comments_that_name_each_others_authors_reach_both():
    writers = three("one", "two", "three", "four")
    fans = three("ana", "ben")
    theories = [make_theory(fan) for fan in fans]
    for number in range(8):
        acts = [
            partial(make_comment, writer, theories[side], f"See @{fans[not side].username}, {number}.")
            for writer, side in zip(writers, (0, 1, 0, 1), strict=True)
        ]
        assert tally(at_once(acts)) == (4, 0)
    for fan in fans:
        assert fan.notices.count() == 32
        assert User.objects.get(pk=fan.pk).unread_count == 2  # lines: answers, and mentions


def test_closing_an_account_while_what_it_judged_is_discussed_counts_right():
    author, gone = make_fan(username="author"), make_fan(username="leaver")
    theory = make_theory(author)
    said = make_comment(author, theory)
    cast(theory.pk, gone, 1)
    marking.mark(gone, said, "fair", is_on=True)
    writers = three("one", "two", "three", "four")
    for number in range(6):
        talk = [partial(make_comment, writer, theory, f"Ask @leaver, {number}.") for writer in writers]
        turned = partial(reopen, gone) if number % 2 else partial(suspend, gone, None)
        assert tally(at_once([*talk[:2], turned, *talk[2:]])) == (5, 0)
    assert User.objects.get(pk=gone.pk).is_active
    assert (differing([theory.pk]), marking.differing_marks()) == ([], [])


# Resolving


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


def test_votes_and_forecasts_while_a_moderator_resolves_it_are_in_or_told():
    theory, judge = make_theory(make_fan(username="author")), make_fan(username="judge", is_superuser=True)
    fans = [make_fan(username=f"fan-{number}") for number in range(10)]
    votes = [lambda fan=fan: cast(theory.pk, fan, 1) for fan in fans]
    said = [lambda fan=fan: make_forecast(fan, theory, 80) for fan in fans]
    decide = [lambda judge=judge: resolving.decide(theory.pk, judge, finding())]
    taken, _ = tally(at_once([*votes[:5], *said[:5], *decide, *said[5:], *votes[5:]]))
    found = Theory.objects.get()
    assert (found.state, found.believe_count, found.forecast_count) == (
        "confirmed",
        Vote.objects.count(),
        Forecast.objects.count(),
    )
    assert Vote.objects.count() + Forecast.objects.count() == taken - 1
    assert not Vote.objects.filter(cast_at__gt=found.closed_at).exists()
    assert not Forecast.objects.filter(made_at__gt=found.closed_at).exists()
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
