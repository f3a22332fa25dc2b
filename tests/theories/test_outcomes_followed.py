"""What follows from an outcome: what the theory gives away, scores, notices, a trail."""

import pytest
from django.db import IntegrityError, transaction

from accounts.inbox import page_of_inbox
from accounts.models import Notice, User
from lore.models import SearchEntry
from lore.spoilers import Viewer
from moderation.models import Decision
from tests.factories import make_fan, make_work, mark_seen
from tests.factories_theories import finding, make_forecast, make_proposal, make_theory
from tests.theories.outcomes import now_of
from theories import resolving
from theories.forecasting import take_back
from theories.models import Score, Theory, TurnTaken
from theories.registrations import rescope_theory
from theories.tasks import follow_resolution

pytestmark = pytest.mark.django_db


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
    rescope_theory(now_of(theory), three | four)
    resolving.undo(theory.pk, moderator, "A slip.")
    assert now_of(theory).scope == three


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


def told(fan: User) -> list[str]:
    return [entry.words for entry in page_of_inbox(Viewer(fan_id=fan.pk), fan)[0] if entry.line]


def test_each_turn_of_an_outcome_is_told_by_its_name(theory, author, fan, other, moderator, admin, clock):
    make_forecast(fan, theory, 80)
    clock.pass_(days=1)
    take_back(theory.pk, fan)
    resolving.decide(theory.pk, moderator, finding())
    follow_resolution.func(theory.pk)
    resolving.undo(theory.pk, moderator, "A slip.")
    follow_resolution.func(theory.pk)
    resolving.decide(theory.pk, moderator, finding("partly"))
    follow_resolution.func(theory.pk)
    resolving.appeal(theory.pk, other, "No.")
    resolving.overturn(theory.pk, admin, finding("busted"))
    follow_resolution.func(theory.pk)
    name = f"“{theory.claim}”"
    assert told(fan) == [
        f"The outcome of {name} was changed to busted",
        f"Partly: {name}",
        f"The outcome of {name} was taken back",
        f"Confirmed: {name}",
    ]
    assert told(other) == [f"The outcome of {name} was changed to busted"]
    upheld = make_theory(author, claim="She stays.")
    resolving.decide(upheld.pk, moderator, finding())
    resolving.appeal(upheld.pk, other, "No.")
    resolving.uphold(upheld.pk, admin, "Yes.")
    assert told(other)[0] == "The outcome of “She stays.” stands after an appeal"


def test_who_proposed_and_seconded_hear_of_objections_and_of_what_is_set_aside(theory, fan, other, moderator):
    proposal, objector = make_proposal(fan, theory), make_fan(username="objector")
    resolving.second(theory.pk, other, proposal.pk)
    resolving.object_to(theory.pk, objector, proposal.pk, "No.")
    resolving.reject(theory.pk, moderator, "Not shown.")
    name = f"“{theory.claim}”"
    set_aside = f"A moderator has set aside the outcome that was proposed for {name}"
    for somebody in (fan, other):
        assert told(somebody) == [set_aside, f"Somebody objects to the outcome that is proposed for {name}"]
    assert told(objector) == [set_aside]


def test_an_inbox_names_no_outcome_that_is_outside_the_shield(theory, fan, moderator):
    four = make_work("chapter-4")
    make_forecast(fan, theory, 80)
    resolving.decide(theory.pk, moderator, finding("busted", scope=four.mask))
    follow_resolution.func(theory.pk)
    assert "usted" not in told(fan)[0]
    resolving.undo(theory.pk, moderator, "A slip.")
    assert told(fan) == [f"The outcome of “{theory.claim}” has changed"]
    mark_seen(fan, four)
    seen = Viewer(seen=four.mask, fan_id=fan.pk)
    assert [entry.words for entry in page_of_inbox(seen, fan)[0]] == [f"Busted: “{theory.claim}”"]
