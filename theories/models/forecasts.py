from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from theories.models.theories import Theory

LEAST, MOST = 1, 99
"""Per cent: nobody is certain."""


class ForecastQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Those that count now."""
        return self.filter(stood_until=None, is_void=False, fan__is_active=True)

    def of_crowd(self) -> Self:
        """All but the author's, who may forecast but is not the crowd."""
        return self.exclude(fan=F("theory__author"))

    def marks(self) -> Self:
        """Those with which the crowd moved so far that it heats their theory, as long as they count: of each fan the
        first (`theories.crowding.is_mark` tells why)."""
        own = {"theory": models.OuterRef("theory"), "fan": models.OuterRef("fan"), "pk__lt": models.OuterRef("pk")}
        earlier = Forecast.objects.filter(**own, is_mark=True, is_void=False)
        return self.filter(~models.Exists(earlier), is_mark=True, is_void=False, fan__is_active=True)


class Forecast(models.Model):
    """A fan's probability for a theory, in per cent. Append-only by a trigger: what may change is that it ends, and
    that it is voided.

    `crowd` is the crowd right after it, as it then was; `is_mark` says that the crowd had moved by ten points since
    the last mark (`theories.ranking`).
    """

    # Without indexes of their own: those below begin with them, and a planner offered both would take the wrong ones.
    theory = models.ForeignKey(Theory, on_delete=models.CASCADE, related_name="forecasts", db_index=False)
    fan = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="forecasts", db_index=False
    )
    probability = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    stood_until = models.DateTimeField(null=True, blank=True)
    is_void = models.BooleanField(default=False)
    crowd = models.PositiveSmallIntegerField(null=True, blank=True)
    is_mark = models.BooleanField(default=False)

    objects = ForecastQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["theory", "fan"], name="one_current_forecast_each", condition=Q(stood_until__isnull=True)
            ),
            models.CheckConstraint(condition=Q(probability__range=(LEAST, MOST)), name="forecast_in_per_cent"),
            models.CheckConstraint(
                condition=Q(stood_until__isnull=True) | Q(stood_until__gte=F("made_at")),
                name="forecast_ends_after_it_began",
            ),
        ]
        indexes = [
            # The course of the crowd, of one's own line, and the scores: in the order of time.
            models.Index(fields=["theory", "made_at", "id"], name="forecast_in_time"),
            # What counts now, newest first.
            models.Index(
                fields=["theory", "-made_at", "-id"],
                name="forecast_current",
                condition=Q(stood_until__isnull=True),
            ),
            models.Index(fields=["fan", "-id"], name="forecast_by_fan"),
            # One's own line.
            models.Index(fields=["theory", "fan", "-id"], name="forecast_own"),
            # Few among many: what a theory's heat asks for with every vote.
            models.Index(fields=["theory", "made_at"], name="forecast_marks", condition=Q(is_mark=True)),
        ]

    def __str__(self) -> str:
        return f"{self.probability} % on {self.theory_id}"
