"""Believing, doubting, and taking it back."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from theories.clock import now
from theories.counting import Counts, recount
from theories.models import BELIEVE, DOUBT, NONE, Theory, Vote
from theories.permissions import require_vote


@dataclass(frozen=True)
class Standing:
    """How a theory stands after a vote: the theory as it was read, the counts as they are now."""

    theory: Theory
    stance: int
    counts: Counts


def cast(theory_id: int, fan: User, value: int) -> Standing:
    """Sets the fan's vote to `value`, whatever it was; twice is no different from once. The first freezes.

    Raises Theory.DoesNotExist for what others cannot know of, Conflict for what takes no votes (any more).
    """
    if value not in {BELIEVE, NONE, DOUBT}:
        raise ValidationError("A vote is 1 (believe), -1 (doubt) or 0 (neither).")
    with transaction.atomic():
        theory = Theory.objects.listed().select_for_update(no_key=True).get(pk=theory_id)
        require_vote(fan, theory)
        _set(theory, fan, value)
        if value != NONE and not theory.is_frozen:
            theory.frozen_at = now()
            theory.save(update_fields=["frozen_at"])
        return Standing(theory, value, recount([theory_id])[theory_id])


def stance_of(fan_id: int | None, theory: Theory) -> int:
    if not fan_id or theory.author_id == fan_id:
        return NONE
    return Vote.objects.filter(fan_id=fan_id, theory=theory).values_list("value", flat=True).first() or NONE


def _set(theory: Theory, fan: User, value: int) -> None:
    moment = now()
    if value == NONE:
        Vote.objects.filter(theory=theory, fan=fan).update(value=NONE, changed_at=moment)
        return
    # One statement under the unique constraint. `cast_at` stays: casting again is no new activity.
    Vote.objects.bulk_create(
        [Vote(theory=theory, fan=fan, value=value, cast_at=moment, changed_at=moment)],
        update_conflicts=True,
        unique_fields=["theory", "fan"],
        update_fields=["value", "changed_at"],
    )
