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

    objects = AboutQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["kind", "object_id"], name="report_about")]
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "kind", "object_id"],
                name="one_report_per_person_and_thing",
                condition=Q(reporter__isnull=False),
            ),
            models.CheckConstraint(condition=Q(reason__in=ReportReason.values), name="report_reason_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.get_reason_display()}"


class Act(models.TextChoices):
    HIDE = "hide", "Hide"
    RESTORE = "restore", "Restore"
    LOCK = "lock", "Lock"
    UNLOCK = "unlock", "Unlock"
    SLOW = "slow", "Slow down"
    UNSLOW = "unslow", "End slow mode"
    RESOLVE = "resolve", "Resolve"
    SET_ASIDE = "set_aside", "Set aside"
    UNDO = "undo", "Undo"
    UPHOLD = "uphold", "Uphold"
    OVERTURN = "overturn", "Overturn"
    MARK = "mark", "Mark as a duplicate"
    UNMARK = "unmark", "Let stand for itself"

    @property
    def done(self) -> str:
        """How the log says it."""
        return _DONE[self]


_DONE = {
    Act.HIDE: "Hidden",
    Act.RESTORE: "Restored",
    Act.LOCK: "Locked",
    Act.UNLOCK: "Unlocked",
    Act.SLOW: "Slowed down",
    Act.UNSLOW: "At full speed",
    Act.RESOLVE: "Resolved",
    Act.SET_ASIDE: "Proposed outcome set aside",
    Act.UNDO: "Resolution undone",
    Act.UPHOLD: "Resolution upheld on appeal",
    Act.OVERTURN: "Resolution changed on appeal",
    Act.MARK: "Marked as a duplicate",
    Act.UNMARK: "No longer a duplicate",
}


# What each act makes of which flag. The others change no flag: they are done where the thing is, and recorded here.
FLAGS = {
    Act.HIDE: ("is_hidden", True),
    Act.RESTORE: ("is_hidden", False),
    Act.LOCK: ("is_locked", True),
    Act.UNLOCK: ("is_locked", False),
    Act.SLOW: ("slow_minutes", None),  # as many as the moderator says
    Act.UNSLOW: ("slow_minutes", 0),
}
LONGEST_WAIT = 24 * 60


class DecisionReason(models.TextChoices):
    RULES = "rules", "Against the house rules"
    SPOILER = "spoiler", "Gave away a film"
    UNKIND = "unkind", "Unkind to somebody"
    SPAM = "spam", "Spam or advertising"
    RIGHTS = "rights", "Used what belongs to somebody else"
    PRIVATE = "private", "Held private data"
    HEATED = "heated", "The talk had run too hot"
    MISTAKE = "mistake", "An earlier decision was wrong"
    OUTCOME = "outcome", "How it turned out"
    REPEATS = "repeats", "Whether it repeats another"
    OTHER = "other", "Another reason"


class Decision(models.Model):
    """What a moderator did and why.

    Public, so it names things by kind and id and never by title. Append-only by a trigger in the
    database, which lets nothing but the moderator's name go.
    """

    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="decisions"
    )
    act = models.CharField(max_length=20, choices=Act)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    reason = models.CharField(max_length=20, choices=DecisionReason)
    words = models.TextField("in words", max_length=1000)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AboutQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["kind", "object_id"], name="decision_about")]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="decision_act_known"),
            models.CheckConstraint(condition=Q(reason__in=DecisionReason.values), name="decision_reason_known"),
            models.CheckConstraint(condition=~Q(words=""), name="decision_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.about_words}"

    @property
    def about(self) -> tuple[str, int]:
        return self.kind, self.object_id

    @property
    def about_words(self) -> str:
        return f"{self.kind} {self.object_id}"

    @property
    def done(self) -> str:
        return Act(self.act).done
