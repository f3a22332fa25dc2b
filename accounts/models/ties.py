"""Whom and what a fan follows, and whom and what they want to hear nothing of."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Follow(models.Model):
    """A fan wants to hear of a thing, named by kind and id (`accounts.hooks.followed_kinds`)."""

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["fan", "kind", "object_id"], name="followed_once")]
        # Who is to be told.
        indexes = [models.Index(fields=["kind", "object_id", "fan"], name="follow_of_thing")]

    def __str__(self) -> str:
        return f"{self.fan_id} follows {self.kind} {self.object_id}"


class Mute(models.Model):
    """A fan wants to see nothing of somebody, or of a tag. With `is_block` that other fan, besides, cannot answer,
    mention or follow them."""

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mutes")
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    is_block = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["fan", "kind", "object_id"], name="muted_once"),
            models.CheckConstraint(condition=Q(is_block=False) | Q(kind="fan"), name="only_fans_are_blocked"),
        ]
        # Who has muted this one: nobody who has is told of what they do.
        indexes = [models.Index(fields=["kind", "object_id", "fan"], name="mute_of_thing")]

    def __str__(self) -> str:
        return f"{self.fan_id} mutes {self.kind} {self.object_id}"
