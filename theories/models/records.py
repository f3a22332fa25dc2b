from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from theories.models.theories import Theory

ALL_TIME = 0
"""The season of a standing over all seasons; the others are calendar years (UTC) of resolution."""


class Score(models.Model):
    """How right one fan was about one resolved theory (`theories.scoring`). Derived from forecasts alone, replaced as
    a whole whenever the theory is resolved anew.

    `brier` and `crowd_brier` are averages over the time in which the fan's forecasts stood, 0 (right and sure) to 1;
    `last` is the last probability that scored, in per cent; `lasted` the seconds that were scored.
    """

    theory = models.ForeignKey(Theory, on_delete=models.CASCADE, related_name="scores")
    fan = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="scores")
    brier = models.FloatField()
    crowd_brier = models.FloatField()
    last = models.PositiveSmallIntegerField()
    came_true = models.BooleanField()
    lasted = models.FloatField()
    season = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["theory_id", "id"]
        constraints = [models.UniqueConstraint(fields=["theory", "fan"], name="one_score_each")]
        indexes = [models.Index(fields=["fan", "season", "theory"], name="score_by_fan")]

    def __str__(self) -> str:
        return f"{self.fan_id} on {self.theory_id}: {self.brier:.3f}"


class StandingQuerySet(models.QuerySet):
    def ranked(self, season: int = ALL_TIME) -> Self:
        return self.filter(season=season, fan__is_active=True, fan__erased_at=None).order_by("-skill", "id")


class Standing(models.Model):
    """A fan's place on the leaderboard of a season: rows only for those with enough resolved forecasts.

    `skill` is shrunk for small samples, `low` to `high` its interval; all in Brier points, above 0: better than the
    crowd of the same time.
    """

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="standings")
    season = models.PositiveSmallIntegerField()
    resolved = models.PositiveIntegerField()
    brier = models.FloatField()
    skill = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fan", "season"], name="one_standing_a_season")]
        indexes = [models.Index(fields=["season", "-skill", "id"], name="standing_by_skill")]

    def __str__(self) -> str:
        return f"{self.fan_id}, season {self.season}: {self.skill:.3f}"


class Badge(models.Model):
    """Granted once for a deed, by the rules in `theories.badges`."""

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="badges")
    key = models.SlugField(max_length=40)
    theory = models.ForeignKey(Theory, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["fan", "key"], name="badge_granted_once"),
            models.CheckConstraint(condition=~Q(key=""), name="badge_has_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.fan_id}"
