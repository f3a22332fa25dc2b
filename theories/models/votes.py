from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from theories.models.theories import Theory

BELIEVE, DOUBT, NONE = 1, -1, 0


class VoteQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Those that count."""
        return self.exclude(value=NONE).filter(is_void=False, fan__is_active=True)


class Vote(models.Model):
    """A fan's stance on a theory. A withdrawn vote stays as 0: casting it again is no new activity."""

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="votes")
    theory = models.ForeignKey(Theory, on_delete=models.CASCADE, related_name="votes")
    value = models.SmallIntegerField()
    is_void = models.BooleanField(default=False)
    cast_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = VoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["theory", "fan"], name="one_vote_per_fan_and_theory"),
            models.CheckConstraint(condition=Q(value__in=[BELIEVE, NONE, DOUBT]), name="vote_value_known"),
        ]

    def __str__(self) -> str:
        return f"{self.fan_id} on {self.theory_id}"
