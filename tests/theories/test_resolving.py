"""An outcome proposed, seconded, objected to, decided, undone, appealed against: the real verbs."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Notice
from ballerina_site.management.commands.tick import JOBS
from lore.models import SearchEntry
from moderation.models import Decision
from tests.factories import make_fan, make_work
from tests.factories_theories import (
    finding,
    make_draft,
    make_due,
    make_forecast,
    make_proposal,
    make_seconded,
    make_theory,
    make_vote,
    writing,
)
from theories import duplicating, posting, resolving
from theories.counting import differing
from theories.models import Appeal, Objection, Proposal, Score, Second, State, Theory, Turn, TurnTaken
from theories.permissions import Conflict, may_vote
from theories.states import ARROWS, RESOLVED
from theories.tasks import follow_resolution
from theories.voting import cast

pytestmark = pytest.mark.django_db


def now_of(theory: Theory) -> Theory:
    return Theory.objects.select_related("author").get(pk=theory.pk)


# Every turn from every state


@pytest.fixture
def cast_of(author, fan, other, moderator, admin):
    return {"author": author, "fan": fan, "other": other, "moderator": moderator, "admin": admin}


def in_state(state: State, people: dict) -> Theory:
    """By the verbs that lead there."""
    author, fan, moderator = people["author"], people["fan"], people["moderator"]
    if state == State.DRAFT:
        return make_draft(author)
    theory = make_due(author) if state == State.DUE else make_theory(author)
    ways: dict[State, Callable[[], object]] = {
        State.PROPOSED: lambda: make_proposal(fan, theory),
        State.DISPUTED: lambda: dispute(theory, fan, people["other"]),
        State.WITHDRAWN: lambda: posting.withdraw(author, theory),
        State.DUPLICATE: lambda: duplicating.mark(author, theory, make_theory(author, claim="The same.")),
        **{
            state: lambda state=state: resolving.decide(theory.pk, moderator, finding(state.value))
            for state in RESOLVED
        },
    }
    if state in ways:
        ways[state]()
    return now_of(theory)


def dispute(theory: Theory, fan, other) -> None:
    proposal = make_proposal(fan, theory)
    resolving.object_to(theory.pk, other, proposal.pk, "No.")


def verbs(theory: Theory, people: dict) -> dict[Turn, Callable[[], object]]:
    fan, other, admin, author = (people[name] for name in ("fan", "other", "admin", "author"))
    standing = theory.proposals.filter(ended_at=None).first()
    on = standing.pk if standing else 0
    different = "busted" if theory.state != "busted" else "void"
    return {
        Turn.POST: lambda: posting.publish(author, writing(), theory),
        Turn.WITHDRAW: lambda: posting.withdraw(author, theory),
        Turn.MARK: lambda: duplicating.mark(author, theory, make_theory(author, claim="Another.")),
        Turn.UNMARK: lambda: duplicating.unmark(author, theory),
        Turn.PROPOSE: lambda: make_proposal(other, theory),
        Turn.RETRACT: lambda: resolving.retract(theory.pk, fan, on),
        Turn.SECOND: lambda: resolving.second(theory.pk, other, on),
        Turn.OBJECT: lambda: resolving.object_to(theory.pk, other, on, "No."),
        Turn.SETTLE: partial(settled_by_time, theory),
        Turn.DECIDE: lambda: resolving.decide(theory.pk, admin, finding("busted")),
        Turn.REJECT: lambda: resolving.reject(theory.pk, admin, "Not shown."),
        Turn.UNDO: lambda: resolving.undo(theory.pk, admin, "A mistake."),
        Turn.APPEAL: lambda: resolving.appeal(theory.pk, fan, "No."),
        Turn.UPHOLD: lambda: appealed(theory, fan, lambda: resolving.uphold(theory.pk, admin, "It is.")),
        Turn.OVERTURN: lambda: appealed(theory, fan, lambda: resolving.overturn(theory.pk, admin, finding(different))),
    }


def settled_by_time(theory: Theory) -> None:
    if theory.state == State.PROPOSED:
        for number in (1, 2):
            second = make_fan(username=f"second-{number}")
            resolving.second(theory.pk, second, theory.proposals.get(ended_at=None).pk)
    with patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(days=4)):
        if resolving.settle_due() != 1:
            raise Conflict("Nothing to settle.")


def appealed(theory: Theory, fan, act: Callable[[], object]) -> None:
    if theory.state in RESOLVED:
        resolving.appeal(theory.pk, fan, "No.")
    act()


def is_taken(theory: Theory, turn: Turn, act: Callable[[], object]) -> bool:
    """Whether it was; the next finds all as it was."""
    with transaction.atomic():
        try:
            act()
            taken = TurnTaken.objects.filter(theory=theory, turn=turn).order_by("-id").first()
            assert taken is None or now_of(theory).current_state == taken.state_after
        except (Conflict, PermissionDenied):
            taken = None
        transaction.set_rollback(True)
    return taken is not None


@pytest.mark.parametrize("state", State)
def test_each_turn_is_taken_where_the_table_says_so(state, cast_of):
    theory = in_state(state, cast_of)
    assert theory.current_state == state
    TurnTaken.objects.filter(theory=theory).delete()  # so that what is found is new
    found = {turn: is_taken(theory, turn, act) for turn, act in verbs(theory, cast_of).items()}
    assert found == {turn: state in ARROWS[turn] for turn in Turn}


# Proposing and seconding


def test_a_proposal_keeps_votes_open_until_its_last_second(theory, fan, other):
    proposal = make_proposal(fan, theory, evidence="She is *there*.")
    assert (now_of(theory).state, proposal.scope) == ("proposed", 0)
    cast(theory.pk, other, -1)
    first, last = make_fan(username="first"), make_fan(username="last")
    resolving.second(theory.pk, first, proposal.pk)
    assert may_vote(other, now_of(theory))
    resolving.second(theory.pk, last, proposal.pk)
    held = now_of(theory)
    assert not may_vote(other, held)
    assert (held.outcome, held.is_seconded, held.is_resolved) == ("confirmed", True, False)
    assert held.resolved_at - held.closed_at == timedelta(hours=72)
    with pytest.raises(Conflict):
        cast(theory.pk, other, 1)
    assert Second.objects.count() == 2


def test_it_gives_away_what_the_theory_waited_for_unless_said_otherwise(author, fan):
    work = make_work("chapter-5", released_on=None)
    theory = make_theory(author, due_work=work)
    assert make_proposal(fan, theory, scope=None).scope == work.mask


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"outcome": "maybe"}, "outcome"),
        ({"evidence": " "}, "evidence"),
        ({"evidence": "x" * 4001}, "evidence"),
        ({"evidence": ">!nowhere: x!<"}, "evidence"),
        ({"happened_on": timezone.now().date() + timedelta(days=2)}, "happened_on"),
    ],
)
def test_a_proposal_needs_what_can_be_checked(theory, fan, fields, field):
    with pytest.raises(ValidationError) as refusal:
        make_proposal(fan, theory, **({"outcome": "busted"} | fields))
    assert list(refusal.value.message_dict) == [field]
    assert not Proposal.objects.exists()


def vote(value: int) -> Callable:
    return lambda fan, theory: make_vote(fan, theory, value)


def void_vote(fan, theory):
    make_vote(fan, theory, 1)
    theory.votes.update(is_void=True)


def two_forecasts(fan, theory):
    make_forecast(fan, theory, 90)
    make_forecast(fan, theory, 50)


@pytest.mark.parametrize(
    ("outcome", "before", "may"),
    [
        ("confirmed", None, True),
        ("confirmed", vote(-1), True),
        ("confirmed", vote(1), False),
        ("confirmed", void_vote, False),
        ("confirmed", lambda fan, theory: make_forecast(fan, theory, 51), False),
        ("confirmed", two_forecasts, True),
        ("busted", vote(1), True),
        ("busted", vote(-1), False),
        ("busted", lambda fan, theory: make_forecast(fan, theory, 49), False),
        ("busted", lambda fan, theory: make_forecast(fan, theory, 50), True),
        ("partly", vote(1), True),
        ("void", vote(-1), True),
    ],
)
def test_whom_it_proves_right_does_not_second_it(theory, fan, other, outcome, before, may):
    if before:
        before(other, theory)
    proposal = make_proposal(fan, theory, outcome)
    if may:
        resolving.second(theory.pk, other, proposal.pk)
    else:
        with pytest.raises(PermissionDenied):
            resolving.second(theory.pk, other, proposal.pk)
    assert Second.objects.exists() is may


@pytest.mark.parametrize(("outcome", "may"), [("confirmed", False), ("busted", True), ("void", True)])
def test_authors_second_only_what_does_not_prove_them_right(theory, author, fan, outcome, may):
    proposal = make_proposal(fan, theory, outcome)
    if may:
        resolving.second(theory.pk, author, proposal.pk)
    else:
        with pytest.raises(PermissionDenied):
            resolving.second(theory.pk, author, proposal.pk)


def test_nobody_seconds_twice_their_own_or_what_is_no_longer_proposed(theory, fan, other):
    proposal = make_proposal(fan, theory)
    with pytest.raises(PermissionDenied):
        resolving.second(theory.pk, fan, proposal.pk)
    resolving.second(theory.pk, other, proposal.pk)
    with pytest.raises(Conflict):
        resolving.second(theory.pk, other, proposal.pk)
    resolving.retract(theory.pk, fan, proposal.pk)
    make_proposal(fan, theory, "busted")
    with pytest.raises(Conflict, match="not what is proposed now"):
        resolving.second(theory.pk, other, proposal.pk)


def test_seconds_of_fans_who_are_gone_do_not_count(theory, fan, other):
    proposal = make_proposal(fan, theory)
    resolving.second(theory.pk, other, proposal.pk)
    other.is_active = False
    other.save()
    resolving.second(theory.pk, make_fan(username="last"), proposal.pk)
    assert not now_of(theory).outcome


@pytest.mark.parametrize("columns", [{"is_locked": True}, {"is_hidden": True}])
def test_what_is_locked_or_hidden_is_not_proposed_on(theory, fan, columns):
    Theory.objects.update(**columns)
    with pytest.raises(Conflict):
        make_proposal(fan, theory)


def test_a_lock_does_not_take_the_objection_away(theory, fan):
    proposal = make_seconded(theory)
    Theory.objects.update(is_locked=True)
    resolving.object_to(theory.pk, fan, proposal.pk, "That was a dream.")
    assert now_of(theory).state == "disputed"


# Time


def test_nobody_objects_and_it_is_resolved(theory, fan, clock):
    proposal = make_seconded(theory, "busted")
    clock.pass_(hours=71)
    assert resolving.settle_due() == 0
    clock.pass_(hours=2)
    assert now_of(theory).current_state == State.BUSTED  # before anybody has written it down
    with pytest.raises(Conflict):
        resolving.object_to(theory.pk, fan, proposal.pk, "Too late.")
    assert (resolving.settle_due(), resolving.settle_due()) == (1, 0)
    held, turn = now_of(theory), TurnTaken.objects.last()
    assert (held.state, turn.turn, turn.actor, turn.taken_at) == ("busted", "settle", None, held.resolved_at)
    proposal.refresh_from_db()
    assert (proposal.ending, proposal.ended_at) == ("settled", held.resolved_at)
    assert differing([theory.pk]) == []


def test_an_outcome_that_waits_heats_nothing_and_a_resolution_does(theory, clock):
    cold = now_of(theory).hot
    make_seconded(theory)
    assert now_of(theory).hot == cold
    clock.pass_(days=4)
    resolving.settle_due()
    assert now_of(theory).hot > cold


def test_one_that_cannot_be_settled_keeps_no_other_waiting(author, clock, caplog):
    first, last = make_theory(author), make_theory(author)
    for theory in (first, last):
        make_seconded(theory)
    clock.pass_(days=4)
    real = resolving.hold
    broken = patch.object(resolving, "hold", lambda pk: 1 / 0 if pk == first.pk else real(pk))
    with broken:
        assert resolving.settle_due() == 1
    assert now_of(last).state == "confirmed"
    assert f"theory {first.pk} was not settled" in caplog.text
    assert resolving.settle_due(most=1) == 1


def test_the_tick_settles_and_scores_what_its_task_has_forgotten(theory, fan, clock):
    make_forecast(fan, theory, 80)
    clock.pass_(days=1)
    make_seconded(theory)
    clock.pass_(days=4)
    assert "settle_due" in JOBS
    call_command("settle_due")
    assert now_of(theory).scored_at is None  # that is its task's, which in a test that never commits never runs
    call_command("settle_due")
    assert now_of(theory).scored_at
    assert Score.objects.get().fan == fan


def test_the_tick_asks_by_an_index(theory, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        resolving.settle_due()


# Objecting and taking back


def test_an_objection_takes_the_outcome_back_and_leaves_votes_closed(theory, fan, other):
    proposal = make_seconded(theory)
    resolving.object_to(theory.pk, fan, proposal.pk, "That was a dream.")
    held = now_of(theory)
    assert (held.state, held.outcome, held.resolved_at) == ("disputed", "", None)
    assert held.closed_at
    assert not may_vote(other, held)
    assert Objection.objects.get().reason == "That was a dream."


def test_an_objection_to_what_one_fan_alone_proposes_closes_nothing(theory, fan, other):
    proposal = make_proposal(fan, theory)
    resolving.object_to(theory.pk, other, proposal.pk, "That was a dream.")
    assert now_of(theory).state == "disputed"
    assert may_vote(other, now_of(theory))


def test_whoever_proposed_it_takes_it_back_and_it_is_open_again(theory, fan, other):
    proposal = make_proposal(fan, theory)
    with pytest.raises(PermissionDenied):
        resolving.object_to(theory.pk, fan, proposal.pk, "I was wrong.")
    with pytest.raises(PermissionDenied):
        resolving.retract(theory.pk, other, proposal.pk)
    resolving.retract(theory.pk, fan, proposal.pk)
    held = now_of(theory)
    assert (held.state, held.closed_at, Proposal.objects.get().ending) == ("open", None, "retracted")
    make_proposal(fan, theory, "void")


# Moderators


def test_a_moderator_decides_at_once_and_the_log_tells_without_telling(theory, fan, moderator):
    proposal = make_proposal(fan, theory, "busted")
    resolving.decide(theory.pk, moderator, finding("partly", evidence="Canary: the knife."))
    held = now_of(theory)
    assert (held.state, held.outcome) == ("partly", "partly")
    assert held.closed_at and held.resolved_at <= timezone.now()
    endings = dict(Proposal.objects.values_list("fan__username", "ending"))
    assert endings == {proposal.fan.username: "overridden", moderator.username: "settled"}
    logged = Decision.objects.get()
    assert (logged.act, logged.about, logged.moderator) == ("resolve", ("theory", theory.pk), moderator)
    assert "Canary" not in logged.words
    assert "partly" not in logged.words.lower()


def test_a_moderator_who_agrees_settles_the_proposal(theory, fan, moderator):
    make_proposal(fan, theory)
    resolving.decide(theory.pk, moderator, finding())
    assert set(Proposal.objects.values_list("ending", flat=True)) == {"settled"}


def test_nobody_decides_about_their_own_theory_nor_fans_about_any(fan, moderator, theory):
    own = make_theory(moderator)
    for theory_, somebody in ((own, moderator), (theory, fan)):
        with pytest.raises(PermissionDenied):
            resolving.decide(theory_.pk, somebody, finding())
    assert not Decision.objects.exists()


def test_a_moderator_who_has_not_seen_the_latest_turn_is_told(theory, fan, moderator):
    seen = TurnTaken.objects.last().pk
    make_proposal(fan, theory)
    with pytest.raises(Conflict, match="meanwhile"):
        resolving.decide(theory.pk, moderator, finding(), seen=seen)
    resolving.reject(theory.pk, moderator, "Not shown.", seen=TurnTaken.objects.last().pk)
    assert (now_of(theory).state, Proposal.objects.get().ending) == ("open", "rejected")


@pytest.mark.parametrize("to", [State.OPEN, State.DISPUTED])
def test_within_an_hour_a_resolution_is_undone(theory, moderator, other, clock, to):
    resolving.decide(theory.pk, moderator, finding())
    clock.pass_(minutes=59)
    resolving.undo(theory.pk, moderator, "The wrong film.", to=to)
    held = now_of(theory)
    assert (held.state, held.outcome, held.resolved_at, held.happened_on) == (to, "", None, None)
    assert may_vote(other, held) is (to == State.OPEN)
    assert Decision.objects.first().act == "undo"
    resolving.decide(theory.pk, moderator, finding("busted"))
    clock.pass_(minutes=61)
    with pytest.raises(Conflict, match="An hour"):
        resolving.undo(theory.pk, moderator, "Too late.")


def test_the_hour_begins_when_time_has_resolved_it(theory, moderator, clock):
    make_seconded(theory)
    clock.pass_(hours=72, minutes=30)
    resolving.undo(theory.pk, moderator, "Nobody looked.")  # no tick has come by
    make_proposal(make_fan(username="again"), theory)
    assert list(TurnTaken.objects.order_by("-id").values_list("turn", flat=True)[:3]) == ["propose", "undo", "settle"]


# Appeals


def test_one_appeal_decided_by_another(theory, fan, other, moderator, admin, clock):
    resolving.decide(theory.pk, moderator, finding())
    resolving.appeal(theory.pk, fan, "It was a dream.")
    with pytest.raises(Conflict):
        resolving.appeal(theory.pk, other, "I think so, too.")
    with pytest.raises(Conflict, match="appealed"):
        resolving.undo(theory.pk, moderator, "To be rid of it.")
    with pytest.raises(PermissionDenied, match="another moderator"):
        resolving.uphold(theory.pk, moderator, "I was right.")
    with pytest.raises(ValidationError):
        resolving.overturn(theory.pk, admin, finding("confirmed"))
    resolving.overturn(theory.pk, admin, finding("busted", evidence="A dream indeed."))
    held, answered = now_of(theory), Appeal.objects.get()
    assert (held.state, held.outcome) == ("busted", "busted")
    assert (answered.moderator, answered.words) == (admin, "A dream indeed.")
    assert answered.decided_at
    with pytest.raises(Conflict):
        resolving.uphold(theory.pk, admin, "Again.")
    assert list(Decision.objects.values_list("act", flat=True)) == ["overturn", "resolve"]


def test_appeals_end_after_a_fortnight(theory, fan, moderator, clock):
    resolving.decide(theory.pk, moderator, finding())
    clock.pass_(days=15)
    with pytest.raises(Conflict, match="14 days"):
        resolving.appeal(theory.pk, fan, "It was a dream.")


def test_nobody_decides_on_their_own_appeal_and_an_admin_alone_may_on_their_own_decision(theory, fan, admin):
    resolving.decide(theory.pk, admin, finding())
    resolving.appeal(theory.pk, fan, "It was a dream.")
    second = make_fan(username="second-admin", is_superuser=True)
    with pytest.raises(PermissionDenied):
        resolving.uphold(theory.pk, admin, "I was right.")
    second.is_active = False
    second.save()
    resolving.uphold(theory.pk, admin, "There is nobody else.")
    own = make_theory(make_fan(username="writer"))
    resolving.decide(own.pk, admin, finding())
    second.is_active = True
    second.save()
    resolving.appeal(own.pk, second, "No.")
    with pytest.raises(PermissionDenied, match="own appeal"):
        resolving.uphold(own.pk, second, "I said so.")


# What it gives away


def test_a_theory_gives_away_what_its_outcome_does_as_long_as_it_is_told(theory, fan, moderator, admin):
    three, four, five = (make_work(f"chapter-{number}").mask for number in (3, 4, 5))
    Theory.objects.update(scope=three)

    def scopes() -> set[int]:
        return {now_of(theory).scope, *SearchEntry.objects.filter(kind="theory").values_list("scope", flat=True)}

    proposal = make_proposal(fan, theory, scope=four)
    assert now_of(theory).scope == three
    for number in (1, 2):
        resolving.second(theory.pk, make_fan(username=f"second-{number}"), proposal.pk)
    assert scopes() == {three | four}
    resolving.object_to(theory.pk, moderator, proposal.pk, "No.")
    assert scopes() == {three}
    resolving.decide(theory.pk, moderator, finding(scope=four))
    resolving.appeal(theory.pk, fan, "No.")
    resolving.overturn(theory.pk, admin, finding("void", scope=five))
    assert scopes() == {three | four | five}
    resolving.undo(theory.pk, admin, "A slip.")
    assert scopes() == {three}


def test_what_staff_say_it_gives_away_stays(theory, moderator):
    three, four = (make_work(f"chapter-{number}").mask for number in (3, 4))
    resolving.decide(theory.pk, moderator, finding(scope=four))
    posting.classify(now_of(theory), scope=three | four, tags=[])
    resolving.undo(theory.pk, moderator, "A slip.")
    assert now_of(theory).scope == three


# What follows


def test_scores_and_notices_follow_and_twice_is_once(theory, author, fan, moderator, clock):
    make_forecast(fan, theory, 80)
    clock.pass_(days=1)
    resolving.decide(theory.pk, moderator, finding("busted"))
    for _ in range(2):
        follow_resolution.func(theory.pk)
    assert Score.objects.get().fan == fan
    assert set(Notice.objects.values_list("fan__username", "kind")) == {("author", "resolved"), ("fan", "resolved")}
    assert Notice.objects.count() == 2
    resolving.undo(theory.pk, moderator, "A slip.")
    follow_resolution.func(theory.pk)
    assert not Score.objects.exists()
    assert now_of(theory).scored_at is None
    assert Notice.objects.count() == 4


def test_they_are_asked_for_on_commit(theory, fan, moderator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_proposal(fan, theory)
    assert Notice.objects.get().kind == "proposed"
    with django_capture_on_commit_callbacks(execute=True):
        resolving.decide(theory.pk, moderator, finding())
    assert now_of(theory).scored_at
    assert Notice.objects.filter(kind="resolved").exists()


def test_the_trail_and_the_log_cannot_be_rewritten(theory, moderator):
    resolving.decide(theory.pk, moderator, finding())
    for rows in (TurnTaken.objects, Decision.objects):
        row = rows.last()
        name = "state_after" if rows is TurnTaken.objects else "act"
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.filter(pk=row.pk).update(**{name: "undo"})
