"""The whole life of a theory, in any order: whatever is refused, what stands fits together."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import User
from tests.factories import make_fan, make_work
from tests.factories_theories import finding, make_theory
from theories import forecasting, resolving, voting
from theories.counting import differing
from theories.models import BELIEVE, DOUBT, RESOLVED, Forecast, Outcome, Proposal, State, Theory, TurnTaken, Vote
from theories.permissions import Conflict, may_forecast, may_vote
from theories.states import OBJECTION_TIME, SECONDS_NEEDED, leads_to

NAMES = ("author", "anna", "bert", "cleo", "dora", "mona", "mark", "boss")
anybody = st.sampled_from(NAMES)
outcomes = st.sampled_from([outcome.value for outcome in Outcome])
WINS = {"confirmed": BELIEVE, "busted": DOUBT}
scopes = st.sampled_from([0, 1, 2, 3])


class Life(RuleBasedStateMachine):
    """Fans, two moderators and an admin do what they like; the clock is moved by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.life = transaction.atomic()
        self.life.__enter__()
        self.time = datetime(2027, 1, 1, tzinfo=UTC)
        self.clock = patch("django.utils.timezone.now", lambda: self.time)
        self.clock.start()
        for number in (1, 2):
            make_work(f"work-{number}")
        self.people = {name: make_fan(username=name, is_superuser=name in ("mona", "mark", "boss")) for name in NAMES}
        self.theory_id = make_theory(self.people["author"], due=datetime(2027, 1, 10, tzinfo=UTC).date()).pk

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.life.__exit__(None, None, None)

    @property
    def theory(self) -> Theory:
        return Theory.objects.select_related("author").get(pk=self.theory_id)

    def standing(self) -> Proposal | None:
        return Proposal.objects.filter(theory=self.theory_id, ended_at=None).first()

    def on(self) -> int:
        standing = self.standing()
        return standing.pk if standing else 0

    def fan(self, name: str) -> User:
        return self.people[name]

    def attempt(self, act, *args, **named) -> bool:
        try:
            act(self.theory_id, *args, **named)
        except (Conflict, PermissionDenied):
            return False
        except ValidationError as refusal:
            assert set(refusal.message_dict) == {"outcome"}  # overturned into what it was
            return False
        return True

    def stands_for(self, name: str, side: int = 0) -> bool:
        """Whether they proposed or seconded what waits; with a `side`: seconded what this side wins by."""
        standing, fan = self.standing(), self.fan(name)
        if standing is None:
            return False
        is_second = standing.seconds.filter(fan=fan).exists()
        return is_second and WINS.get(standing.outcome) == side if side else is_second or standing.fan_id == fan.pk

    @rule(hours=st.sampled_from([0.5, 2, 24, 71, 73, 24 * 15]))
    def time_passes(self, hours: float) -> None:
        self.time += timedelta(hours=hours)

    @rule()
    def the_tick_comes_by(self) -> None:
        was_due = self.theory.is_settled
        assert resolving.settle_due() == was_due

    @rule(name=anybody, value=st.sampled_from([-1, 0, 1]))
    def somebody_votes(self, name: str, value: int) -> None:
        may = may_vote(self.fan(name), self.theory) and not (value and self.stands_for(name, value))
        assert self.attempt(voting.cast, self.fan(name), value) is may

    @rule(name=anybody, probability=st.integers(1, 99))
    def somebody_forecasts(self, name: str, probability: int) -> None:
        side = (probability > 50) - (probability < 50)
        may = may_forecast(self.fan(name), self.theory) and not (side and self.stands_for(name, side))
        assert self.attempt(forecasting.make, self.fan(name), probability) is may

    @rule(name=anybody, outcome=outcomes, scope=scopes)
    def somebody_proposes(self, name: str, outcome: str, scope: int) -> None:
        may = self.theory.current_state in {State.OPEN, State.DUE}
        found = finding(outcome, scope=scope, happened_on=self.time.date())
        assert self.attempt(resolving.propose, self.fan(name), found) is may

    @rule(name=anybody)
    def somebody_seconds(self, name: str) -> None:
        standing, before = self.standing(), self.theory.current_state
        if self.attempt(resolving.second, self.fan(name), self.on()):
            assert before == State.PROPOSED
            assert standing.fan_id != self.fan(name).pk

    @rule()
    def two_second(self) -> None:
        """Else an outcome would seldom be told."""
        for name in NAMES[1:]:
            self.attempt(resolving.second, self.fan(name), self.on())

    @rule(name=anybody)
    def somebody_objects(self, name: str) -> None:
        before, standing = self.theory.current_state, self.standing()
        may = before == State.PROPOSED and standing.fan_id != self.fan(name).pk
        assert self.attempt(resolving.object_to, self.fan(name), self.on(), "No.") is may

    @rule(name=anybody)
    def somebody_retracts(self, name: str) -> None:
        before, standing = self.theory.current_state, self.standing()
        may = before == State.PROPOSED and standing.fan_id == self.fan(name).pk
        assert self.attempt(resolving.retract, self.fan(name), self.on()) is may

    @rule(name=anybody, outcome=outcomes, scope=scopes)
    def somebody_decides(self, name: str, outcome: str, scope: int) -> None:
        goes = {State.OPEN, State.DUE, State.PROPOSED, State.DISPUTED}
        fan, found = self.fan(name), finding(outcome, scope=scope, happened_on=self.time.date())
        may = fan.is_superuser and self.theory.current_state in goes and not self.stands_for(name)
        vote = Vote.objects.filter(fan=fan).exclude(value=0).values_list("value", flat=True).first()
        has_said = vote is not None or Forecast.objects.filter(fan=fan).exists()
        is_done = self.attempt(resolving.decide, fan, found)
        assert may or not is_done
        assert is_done or has_said or not may
        if is_done and vote:
            assert WINS.get(outcome) != vote

    @rule(name=anybody)
    def somebody_rejects(self, name: str) -> None:
        self.attempt(resolving.reject, self.fan(name), "Not shown.")

    @rule(name=anybody, to=st.sampled_from([State.OPEN, State.DISPUTED]))
    def somebody_undoes(self, name: str, to: State) -> None:
        if self.attempt(resolving.undo, self.fan(name), "A slip.", to=to):
            assert self.fan(name).is_superuser

    @rule(name=anybody)
    def somebody_appeals(self, name: str) -> None:
        self.attempt(resolving.appeal, self.fan(name), "No.")

    @rule(name=anybody)
    def somebody_upholds(self, name: str) -> None:
        self.attempt(resolving.uphold, self.fan(name), "It is so.")

    @rule(name=anybody, outcome=outcomes)
    def somebody_overturns(self, name: str, outcome: str) -> None:
        found = finding(outcome, happened_on=self.time.date())
        self.attempt(resolving.overturn, self.fan(name), found)

    @invariant()
    def it_fits_together(self) -> None:
        theory = self.theory
        assert bool(theory.outcome) == (theory.resolved_at is not None) == (theory.happened_on is not None)
        assert theory.is_resolved == (theory.resolved_at is not None and theory.resolved_at <= self.time)
        assert (theory.state in RESOLVED) <= (theory.state == theory.outcome)
        if theory.outcome:
            assert theory.closed_at <= min(self.time, theory.closes_at)
        if theory.closed_at:
            assert not may_vote(self.people["anna"], theory)
            assert not may_forecast(self.people["anna"], theory)
            assert theory.state not in {State.OPEN}

    @invariant()
    def one_proposal_stands_where_one_should(self) -> None:
        theory, standing = self.theory, self.standing()
        assert Proposal.objects.filter(theory=theory, ended_at=None).count() <= 1
        assert (standing is not None) or theory.state != State.PROPOSED
        assert standing is None or theory.state in {State.PROPOSED, State.DISPUTED}
        for proposal in Proposal.objects.filter(seconded_at__isnull=False):
            assert proposal.seconds.count() == SECONDS_NEEDED
        if theory.state == State.PROPOSED and theory.outcome:
            assert theory.resolved_at == standing.seconded_at + OBJECTION_TIME

    @invariant()
    def it_gives_away_what_is_told(self) -> None:
        theory = self.theory
        if not theory.outcome:
            assert theory.scope == 0
        elif standing := self.standing():
            assert theory.scope == standing.scope

    @invariant()
    def the_trail_is_whole(self) -> None:
        turns = list(TurnTaken.objects.filter(theory=self.theory_id))
        for earlier, later in pairwise(turns):
            assert later.state_before in {earlier.state_after, "due"}
        for turn in turns:
            assert State(turn.state_after if turn.state_after != "due" else "open") in leads_to(
                turn.turn, State(turn.state_before)
            )
        assert turns[-1].state_after == self.theory.state or self.theory.state == State.OPEN

    @invariant()
    def counts_are_what_the_rows_say(self) -> None:
        assert differing([self.theory_id]) == []


@pytest.mark.django_db
def test_a_life():
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
