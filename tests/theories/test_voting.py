import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from tests.factories_theories import make_draft, make_due, make_theory, make_vote, resolved
from theories.models import Theory, Vote
from theories.permissions import Conflict
from theories.voting import cast, stance_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "row", "counts"),
    [
        ([1], 1, (1, 0)),
        ([-1], -1, (0, 1)),
        ([1, 1], 1, (1, 0)),
        ([1, -1], -1, (0, 1)),
        ([1, 0], 0, (0, 0)),
        ([1, 0, 0, -1], -1, (0, 1)),
    ],
)
def test_a_vote_is_set_not_added(theory, fan, values, row, counts):
    for value in values:
        standing = cast(theory.pk, fan, value)
    assert Vote.objects.get().value == row == standing.stance
    found = Theory.objects.get()
    assert (found.believe_count, found.doubt_count) == counts == (standing.counts.believe, standing.counts.doubt)


def test_taking_back_what_was_never_cast_leaves_no_row_and_no_frost(theory, fan):
    cast(theory.pk, fan, 0)
    assert not Vote.objects.exists()
    assert not Theory.objects.get().is_frozen


@pytest.mark.parametrize("value", [2, -2, 17])
def test_other_values_are_refused(theory, fan, value):
    with pytest.raises(ValidationError):
        cast(theory.pk, fan, value)
    assert not Vote.objects.exists()


def test_casting_again_is_no_new_activity(theory, fan):
    first = make_vote(fan, theory)
    cast(theory.pk, fan, 0)
    again = make_vote(fan, theory, -1)
    assert again.cast_at == first.cast_at
    assert again.changed_at > first.changed_at


def test_the_first_vote_by_another_freezes_for_good(theory, fan, other):
    make_vote(fan, theory)
    frozen_at = Theory.objects.get().frozen_at
    cast(theory.pk, fan, 0)
    make_vote(other, theory)
    assert frozen_at is not None
    assert Theory.objects.get().frozen_at == frozen_at


def test_nobody_votes_on_their_own(theory, author):
    with pytest.raises(PermissionDenied):
        cast(theory.pk, author, 1)
    assert not Vote.objects.exists()


def test_staff_may_vote_on_what_the_archive_posted(editor):
    theory = make_theory(User.objects.archive())
    assert cast(theory.pk, editor, 1).counts.believe == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"is_locked": True},
        {"state": "withdrawn"},
        resolved("confirmed"),
        {"closes_at": timezone.now()},
    ],
)
def test_closed_withdrawn_and_locked_theories_take_no_votes(author, fan, columns):
    theory = make_theory(author, set_to=columns)
    with pytest.raises(Conflict):
        cast(theory.pk, fan, 1)
    assert not Vote.objects.exists()


def test_drafts_and_hidden_theories_are_unknown(author, fan):
    for theory in (make_draft(author), make_theory(author, set_to={"is_hidden": True})):
        with pytest.raises(Theory.DoesNotExist):
            cast(theory.pk, fan, 1)


def test_a_due_theory_says_so(author, fan):
    with pytest.raises(Conflict, match="due"):
        cast(make_due(author).pk, fan, 1)


def test_stances(theory, fan, author):
    make_vote(fan, theory, -1)
    assert [stance_of(who, theory) for who in (fan.pk, author.pk, None)] == [-1, 0, 0]
