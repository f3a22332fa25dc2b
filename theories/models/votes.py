from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from theories.models.theories import Theory

BELIEVE, DOUBT, NONE = 1, -1, 0
HELD, FAN = 1, 2
"""What a vote was voided for: that it was held, or that all of its fan's were voided; each is taken back by itself."""
BOTH = HELD | FAN


class VoteQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Those that count."""
        return self.exclude(value=NONE).filter(is_void=False, is_held=False, fan__is_active=True)


class Vote(models.Model):
    """A fan's stance on a theory. A withdrawn vote stays as 0: casting it again is no new activity.

    `network` tells votes from one network apart from others, for a while: a keyed hash that leads nobody back to an
    address.
    """

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="votes")
    theory = models.ForeignKey(Theory, on_delete=models.CASCADE, related_name="votes")
    value = models.SmallIntegerField()
    is_void = models.BooleanField(default=False)
    voided_for = models.PositiveSmallIntegerField(default=0, db_default=0)
    is_held = models.BooleanField(default=False, db_default=False)
    """Waits for a look; not counted until then."""
    is_cleared = models.BooleanField(default=False, db_default=False)
    """A moderator let it count: it is not held again."""
    network = models.CharField(max_length=16, blank=True, default="", db_default="")
    cast_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = VoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["theory", "fan"], name="one_vote_per_fan_and_theory"),
            models.CheckConstraint(condition=Q(value__in=[BELIEVE, NONE, DOUBT]), name="vote_value_known"),
            models.CheckConstraint(condition=Q(is_held=False) | Q(is_cleared=False), name="vote_held_or_cleared"),
        ]
        indexes = [
            # What was voted lately, on all theories: `theories.guarding`.
            models.Index(fields=["changed_at"], name="vote_lately"),
            # Those that wait for a look.
            models.Index(fields=["theory"], name="vote_held", condition=Q(is_held=True)),
            # Networks to forget.
            models.Index(fields=["changed_at"], name="vote_with_network", condition=~Q(network="")),
        ]

    def __str__(self) -> str:
        return f"{self.fan_id} on {self.theory_id}"
