from django.conf import settings
from django.db import models
from django.db.models import Q

from moderation.models.decisions import Decision
from moderation.models.reports import AboutQuerySet


class CaseClaim(models.Model):
    """A moderator is looking at a thing. It binds nobody: the others are told, and it lapses."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="case_claims")
    claimed_at = models.DateTimeField()

    objects = AboutQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="one_claim_per_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Appeal(models.Model):
    """Whom a decision concerns asks for another moderator: once."""

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="appeal")
    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appeals")
    words = models.TextField(max_length=2000)
    made_at = models.DateTimeField()
    judge = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="judged_appeals"
    )
    judged_at = models.DateTimeField(null=True, blank=True)
    is_granted = models.BooleanField(null=True, blank=True)
    answer = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(judged_at=None, is_granted=None) | Q(judged_at__isnull=False, is_granted__isnull=False),
                name="appeal_judged_or_open",
            ),
        ]
        indexes = [models.Index(fields=["made_at"], name="appeal_open", condition=Q(judged_at=None))]

    def __str__(self) -> str:
        return f"appeal against decision {self.decision_id}"
