from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q


class Moderated(models.Model):
    """Something that a moderator can hide or lock. Flags beside whatever state it has."""

    is_hidden = models.BooleanField(default=False, editable=False)
    is_locked = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


class ReportReason(models.TextChoices):
    WRONG = "wrong", "Something on it is wrong"
    GIVES_AWAY = "gives_away", "It gives away a film"
    UNKIND = "unkind", "Unkind to somebody"
    SPAM = "spam", "Spam or advertising"
    RIGHTS = "rights", "It uses what belongs to somebody else"
    PRIVATE = "private", "Somebody’s private data"
    OTHER = "other", "Something else"


class Outcome(models.TextChoices):
    """What became of a report."""

    OPEN = "open", "Open"
    AGREED = "agreed", "A moderator agreed"
    DECLINED = "declined", "A moderator left it as it is"
    GONE = "gone", "It was taken back"


class AboutQuerySet(models.QuerySet):
    def about(self, kind: str, object_id: int) -> Self:
        return self.filter(kind=kind, object_id=object_id)


class Report(models.Model):
    """A reader's complaint about one thing, named by its kind and id (`moderation.hooks.kinds`)."""

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    reason = models.CharField(max_length=20, choices=ReportReason)
    words = models.TextField(max_length=2000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    scope = models.BigIntegerField(default=0, db_default=0)
    """What it gives away, as the reporter says: a bit mask of works."""
    is_machine = models.BooleanField(default=False, db_default=False)
    """Marked for a look by a rule; nobody complained."""
    weight = models.FloatField(default=1, db_default=1)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN, db_default=Outcome.OPEN)
    decision = models.ForeignKey(
        "Decision", null=True, blank=True, on_delete=models.SET_NULL, related_name="answered_reports"
    )

    objects = AboutQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "object_id"], name="report_about"),
            # The queue.
            models.Index(fields=["kind", "object_id", "weight"], name="report_open", condition=Q(outcome="open")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "kind", "object_id"],
                name="one_report_per_person_and_thing",
                condition=Q(reporter__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                name="one_open_mark_per_thing",
                condition=Q(is_machine=True, outcome="open"),
            ),
            models.CheckConstraint(condition=Q(reason__in=ReportReason.values), name="report_reason_known"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="report_outcome_known"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="report_weight_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.get_reason_display()}"
