from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q


class Rhythm(models.TextChoices):
    """When a mail tells of a notice."""

    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day"
    WEEKLY = "weekly", "Once a week"
    NEVER = "never", "Never"


class NoticeChoice(models.Model):
    """How a fan wants to hear of one kind of notice, where that is not as the table in `accounts.telling_kinds` has
    it."""

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=20)
    in_inbox = models.BooleanField(default=True)
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.NEVER)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fan", "kind"], name="one_choice_per_kind"),
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="choice_rhythm_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.rhythm}"


class Letter(models.Model):
    """One mail about notices. `period` names the day or week it is for, or the notice that goes at once: a fan gets one
    letter for each, whoever works at it twice."""

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="letters")
    rhythm = models.CharField(max_length=10, choices=Rhythm)
    period = models.CharField(max_length=20)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["fan", "rhythm", "period"], name="one_letter_per_period")]

    def __str__(self) -> str:
        return f"{self.rhythm} {self.period}"


class NoticeQuerySet(models.QuerySet):
    def unread(self) -> Self:
        return self.filter(read_at=None)

    def shown(self) -> Self:
        """What an inbox holds."""
        return self.filter(is_shown=True)

    def like(self, notice: "Notice") -> Self:
        """Those that stand in one line with this one, itself among them."""
        if not notice.together:
            return self.filter(pk=notice.pk)
        return self.filter(kind=notice.kind, together=notice.together, read_at=notice.read_at)

    def to_mail(self) -> Self:
        """What waits for a mail: what was read meanwhile needs none."""
        return self.filter(letter=None, read_at=None).exclude(rhythm=Rhythm.NEVER)


class Notice(models.Model):
    """Something happened that concerns a fan. It holds no words: the app that owns the kind finds them when they are
    read, inside the fan's shield (`accounts.hooks.notice_kinds`).

    `key` tells apart what may happen to one thing more than once: the same is told once.
    """

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60, blank=True)
    together = models.CharField(max_length=40, blank=True, default="")
    """Those of one kind that bear the same, and were read at the same time or not yet, are one line; empty: each is a
    line by itself."""
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    is_shown = models.BooleanField(default=True)
    """In the inbox; else it is there for a mail alone."""
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.NEVER)
    """By which mail it goes, as its fan wished when it was made."""
    letter = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.SET_NULL, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["fan", "kind", "object_id", "key"], name="told_once"),
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="notice_rhythm_known"),
        ]
        indexes = [
            models.Index(fields=["fan", "-id"], name="notice_by_fan"),
            models.Index(fields=["fan"], name="notice_unread", condition=Q(read_at__isnull=True)),
            # What waits for a mail.
            models.Index(
                fields=["rhythm", "fan"],
                name="notice_to_mail",
                condition=Q(letter__isnull=True, read_at__isnull=True) & ~Q(rhythm="never"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} for {self.fan_id}"

    @property
    def line_key(self) -> tuple[object, ...]:
        """The same for all of one line."""
        return (self.kind, self.together, self.read_at) if self.together else (self.pk,)


class Dispatch(models.Model):
    """A mail that was handed to the mail server, or is being handed. Written before, and unique: whoever works at the
    same mail, after the first was killed or beside it, does not send it again. Kept until nobody can."""

    name = models.CharField(max_length=64, unique=True)
    """A hash of the mail's Message-ID."""
    begun_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name[:8]
