"""An appeal against a resolution, and who decides on it."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import MODERATORS, User
from moderation.models import Decision
from tests.factories import make_fan
from tests.factories_theories import finding, make_proposal, make_theory, make_vote
from tests.theories.outcomes import now_of
from theories import resolving
from theories.models import Appeal, Vote
from theories.permissions import Conflict

pytestmark = pytest.mark.django_db


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


def test_after_an_appeal_only_who_decided_on_it_undoes_it_within_the_hour(author, fan, moderator, admin, clock):
    upheld, changed = make_theory(author), make_theory(author)
    for theory in (upheld, changed):
        resolving.decide(theory.pk, moderator, finding())
        clock.pass_(minutes=50)
        resolving.appeal(theory.pk, fan, "No.")
    resolving.uphold(upheld.pk, admin, "It is so.")
    resolving.overturn(changed.pk, admin, finding("busted"))
    for theory in (upheld, changed):
        with pytest.raises(PermissionDenied, match="only whoever decided on that"):
            resolving.undo(theory.pk, moderator, "Mine was better.")
    clock.pass_(minutes=20)
    resolving.undo(upheld.pk, admin, "A slip.")  # of the verdict, though the outcome is older than an hour
    assert now_of(upheld).state == "open"
    clock.pass_(minutes=50)
    with pytest.raises(Conflict, match="An hour has passed: it stands"):
        resolving.undo(changed.pk, admin, "Too late.")


def test_whoever_had_a_hand_in_it_or_gains_by_it_does_not_judge_the_appeal(theory, fan, moderator, clock):
    proposer, seconder, objector, believer, free = (make_moderator(name) for name in ("p", "s", "o", "b", "free"))
    make_vote(believer, theory, 1)
    proposal = make_proposal(proposer, theory)
    resolving.second(theory.pk, seconder, proposal.pk)
    resolving.object_to(theory.pk, objector, proposal.pk, "No.")
    resolving.decide(theory.pk, moderator, finding())
    resolving.appeal(theory.pk, fan, "No.")
    for judge in (proposer, seconder, objector):
        with pytest.raises(PermissionDenied, match="You proposed, seconded or objected"):
            resolving.uphold(theory.pk, judge, "Mine.")
    with pytest.raises(PermissionDenied, match="proves you right"):
        resolving.uphold(theory.pk, believer, "I knew it.")
    Vote.objects.create(theory=theory, fan=free, value=-1, cast_at=proposal.made_at, changed_at=proposal.made_at)
    with pytest.raises(PermissionDenied, match="proves you right"):
        resolving.overturn(theory.pk, free, finding("busted"))
    resolving.overturn(theory.pk, free, finding("void"))


def make_moderator(name: str) -> User:
    made = make_fan(username=f"moderator-{name}", is_staff=True)
    made.groups.add(Group.objects.get(name=MODERATORS))
    return made
