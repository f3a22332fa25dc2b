"""Believing, doubting, and taking it back."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from theories.clock import now
from theories.counting import Counts, recount
from theories.course import outcomes_seconded, require_side
from theories.guarding import is_worth_a_look, look, may_be_young, network_key, with_young_votes
from theories.models import BELIEVE, DOUBT, NONE, Forecast, Theory, Vote
from theories.permissions import require_vote
from theories.stepping import changed_to, is_stepped, step
from theories.telling import tell_of_milestone


@dataclass(frozen=True)
class Standing:
    """How a theory stands after a vote: the theory as it was read, the counts as they are now."""

    theory: Theory
    stance: int
    counts: Counts


def cast(theory_id: int, fan: User, value: int, network: str = "") -> Standing:
    """Sets the fan's vote to `value`, whatever it was; twice is no different from once. The first freezes.

    `network`: where it comes from (`ballerina_site.http.client_site`); only a keyed hash of it is kept, for a while.

    Raises Theory.DoesNotExist for what others cannot know of, Conflict for what takes no votes (any more).
    """
    if value not in {BELIEVE, NONE, DOUBT}:
        raise ValidationError("A vote is 1 (believe), -1 (doubt) or 0 (neither).")
    with transaction.atomic():
        theory = _held_for(fan).get(pk=theory_id)
        require_vote(fan, theory)
        require_side(fan, theory, value)
        counts = _counted(theory, fan, value, network)
        if value != NONE and not theory.is_frozen:
            theory.frozen_at = now()
            theory.save(update_fields=["frozen_at"])
        tell_of_milestone(theory, "votes", theory.vote_count, counts.believe + counts.doubt)
        return Standing(theory, value, counts)


def stance_of(fan_id: int | None, theory: Theory) -> int:
    if not fan_id or theory.author_id == fan_id:
        return NONE
    return Vote.objects.filter(fan_id=fan_id, theory=theory).values_list("value", flat=True).first() or NONE


def with_own(theories: QuerySet[Theory], fan_id: int | None) -> QuerySet[Theory]:
    """Each with the fan's stance as `own_stance`, NONE for who is nobody; `has_forecast`: whether they ever had; and
    `own_second`: the outcome that they stand for as long as it is proposed."""
    mine = {"theory": OuterRef("pk"), "fan": fan_id or 0}
    stance = Vote.objects.filter(**mine).values("value")
    return theories.annotate(
        own_stance=Coalesce(Subquery(stance[:1]), NONE),
        has_forecast=Exists(Forecast.objects.filter(**mine)),
        own_second=Subquery(outcomes_seconded(fan_id or 0, OuterRef("pk"))[:1]),
    )


def _held_for(fan: User) -> QuerySet[Theory]:
    rows = Theory.objects.listed().select_for_update(no_key=True)
    return with_young_votes(rows) if may_be_young(fan) else rows


def _counted(theory: Theory, fan: User, value: int, network: str) -> Counts:
    """Sets the vote and brings the theory into line with it. A young account's vote may have others held with it."""
    moment = now()
    earlier = Vote.objects.filter(theory=theory, fan=fan).first() if is_stepped(theory) else None
    _set(theory, fan, value, moment, network_key(network, moment))
    held = look(theory.pk) if value != NONE and may_be_young(fan) and is_worth_a_look(theory) else 0
    if held or not is_stepped(theory):
        return recount([theory.pk])[theory.pk]
    return step(theory, changed_to(value, earlier, moment))


def _set(theory: Theory, fan: User, value: int, moment: datetime, network: str) -> None:
    if value == NONE:
        Vote.objects.filter(theory=theory, fan=fan).update(value=NONE, changed_at=moment)
        return
    # One statement under the unique constraint. `cast_at` stays: casting again is no new activity.
    Vote.objects.bulk_create(
        [Vote(theory=theory, fan=fan, value=value, network=network, cast_at=moment, changed_at=moment)],
        update_conflicts=True,
        unique_fields=["theory", "fan"],
        update_fields=["value", "network", "changed_at"],
    )
