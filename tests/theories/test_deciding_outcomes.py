"""Moderators decide how a theory turned out, set aside what is proposed, and undo."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from moderation.models import Decision
from tests.factories import make_fan
from tests.factories_theories import finding, make_forecast, make_proposal, make_seconded, make_theory, make_vote
from tests.theories.outcomes import now_of
from theories import resolving
from theories.models import Proposal, State, TurnTaken
from theories.permissions import Conflict, may_vote

pytestmark = pytest.mark.django_db


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


def test_nobody_decides_about_what_they_proposed_or_seconded_nor_for_what_proves_them_right(
    fan, author, moderator, admin
):
    proposed, seconded, forecast, voted = (make_theory(author) for _ in range(4))
    make_proposal(admin, proposed)
    resolving.second(seconded.pk, admin, make_proposal(fan, seconded).pk)
    for theory in (proposed, seconded):
        for outcome in ("confirmed", "void"):
            with pytest.raises(PermissionDenied, match="You proposed or seconded"):
                resolving.decide(theory.pk, admin, finding(outcome))
    make_forecast(moderator, forecast, 99)
    make_forecast(moderator, forecast, 50)  # what stood for a while is scored
    make_vote(moderator, voted, -1)
    for theory, outcome in ((forecast, "confirmed"), (voted, "busted")):
        with pytest.raises(PermissionDenied, match="proves you right"):
            resolving.decide(theory.pk, moderator, finding(outcome))
        resolving.decide(theory.pk, moderator, finding("partly"))


def test_nor_a_moderator_for_a_day_before_it_was_posted(theory, moderator, admin, fan):
    day = theory.opened_at.date() - timedelta(days=2)
    with pytest.raises(ValidationError, match="or later"):
        resolving.decide(theory.pk, moderator, finding(happened_on=day))
    resolving.decide(theory.pk, moderator, finding(happened_on=day + timedelta(days=1)))
    resolving.appeal(theory.pk, fan, "No.")
    with pytest.raises(ValidationError, match="or later"):
        resolving.overturn(theory.pk, admin, finding("busted", happened_on=day))


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
