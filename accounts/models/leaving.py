"""Renaming oneself, taking one's data along, losing a second factor, and leaving."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


class FormerName(models.Model):
    """A user name that somebody had: until `until` it leads to them, and nobody else may take it."""

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="former_names")
    username = models.CharField(max_length=30)
    until = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(Lower("username"), name="former_name_once")]

    def __str__(self) -> str:
        return self.username


class Export(models.Model):
    """A fan's data, packed by a task. `file` lies in the private storage until `expires_at`."""

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    asked_at = models.DateTimeField()
    steps = models.PositiveSmallIntegerField(default=0)
    steps_done = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    file = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["fan"], name="one_export_at_a_time", condition=Q(ready_at=None, failed_at=None)
            ),
            models.CheckConstraint(condition=Q(steps_done__lte=F("steps")), name="export_steps_in_order"),
        ]

    def __str__(self) -> str:
        return f"data of {self.fan_id}"


class Departure(models.Model):
    """A fan has asked to be forgotten. Until `due_at` they can still change their mind."""

    class Posts(models.TextChoices):
        ANONYMISE = "anonymise", "Leave what I wrote, without my name"
        REMOVE = "remove", "Take away what I wrote"

    fan = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="departure")
    posts = models.CharField(max_length=10, choices=Posts)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    shut_at = models.DateTimeField(null=True, blank=True)
    """When their day had come and their sessions ended: from then on it is too late to stay."""

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(posts__in=["anonymise", "remove"]), name="posts_known")]

    def __str__(self) -> str:
        return f"{self.fan_id} leaves on {self.due_at:%Y-%m-%d}"


class FactorReset(models.Model):
    """Somebody who knows the password and reads the mail has lost the second factor. It is taken off at `due_at`,
    unless somebody who still has it objects."""

    fan = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="factor_reset")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    """When the link in the mail was followed; only then does the time run."""
    due_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"second factor of {self.fan_id}"
