from django.conf import settings
from django.db import models
from django.db.models import Q

from moderation.models.reports import AboutQuerySet, Outcome, ReportReason


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
    KEEP = "keep", "Leave it as it is"
    MEND = "mend", "It was put right"
    SHIELD = "shield", "Shield"
    UNSHIELD = "unshield", "Take the shield back"
    VOID = "void", "Void votes"
    COUNT = "count", "Count held votes"
    WARN = "warn", "Warn"
    UNWARN = "unwarn", "Take the warning back"
    SUSPEND = "suspend", "Suspend"
    UNSUSPEND = "unsuspend", "End the suspension"

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
    Act.KEEP: "Left as it is",
    Act.MEND: "Put right",
    Act.SHIELD: "Shielded",
    Act.UNSHIELD: "Shield taken back",
    Act.VOID: "Votes voided",
    Act.COUNT: "Held votes counted",
    Act.WARN: "Warned",
    Act.UNWARN: "Warning taken back",
    Act.SUSPEND: "Suspended",
    Act.UNSUSPEND: "Suspension ended",
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
# What takes each act back.
OPPOSITE = {
    Act.HIDE: Act.RESTORE,
    Act.LOCK: Act.UNLOCK,
    Act.SLOW: Act.UNSLOW,
    Act.SHIELD: Act.UNSHIELD,
    Act.WARN: Act.UNWARN,
    Act.SUSPEND: Act.UNSUSPEND,
    Act.VOID: Act.COUNT,
}
# What an act says of the open reports about the thing. The others answer none.
ANSWERS = {
    Act.HIDE: Outcome.AGREED,
    Act.LOCK: Outcome.AGREED,
    Act.SLOW: Outcome.AGREED,
    Act.MEND: Outcome.AGREED,
    Act.SHIELD: Outcome.AGREED,
    Act.VOID: Outcome.AGREED,
    Act.WARN: Outcome.AGREED,
    Act.SUSPEND: Outcome.AGREED,
    Act.KEEP: Outcome.DECLINED,
    Act.RESTORE: Outcome.DECLINED,
    Act.UNSHIELD: Outcome.DECLINED,
    Act.COUNT: Outcome.DECLINED,
}
LONGEST_WAIT = 24 * 60


class DecisionReason(models.TextChoices):
    RULES = "rules", "Against the house rules"
    SPOILER = "spoiler", "Gave away a film"
    UNKIND = "unkind", "Unkind to somebody"
    SPAM = "spam", "Spam or advertising"
    RIGHTS = "rights", "Used what belongs to somebody else"
    PRIVATE = "private", "Held private data"
    VOTES = "votes", "Votes that were not honest"
    HEATED = "heated", "The talk had run too hot"
    MISTAKE = "mistake", "An earlier decision was wrong"
    WITHIN = "within", "Within the house rules"
    OUTCOME = "outcome", "How it turned out"
    REPEATS = "repeats", "Whether it repeats another"
    OTHER = "other", "Another reason"


MEANS = {
    ReportReason.GIVES_AWAY: DecisionReason.SPOILER,
    ReportReason.UNKIND: DecisionReason.UNKIND,
    ReportReason.SPAM: DecisionReason.SPAM,
    ReportReason.RIGHTS: DecisionReason.RIGHTS,
    ReportReason.PRIVATE: DecisionReason.PRIVATE,
}
"""What a decision says for what readers complain of."""


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
    until = models.DateTimeField(null=True, blank=True)
    """When a suspension ends; None: for good."""
    concerns = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions_about"
    )
    """Whose thing it is, when it was decided: they are told, and may appeal. Not public."""
    scope = models.BigIntegerField(default=0, db_default=0)
    """What a shield added: a bit mask of works."""
    is_automatic = models.BooleanField(default=False, db_default=False)
    """By a rule, before a moderator looked."""
    answers = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="answered_by")
    """The decision that this one takes back on appeal."""

    objects = AboutQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "object_id"], name="decision_about"),
            # A fan's record.
            models.Index(fields=["concerns", "-id"], name="decision_concerning"),
        ]
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
    def public_name(self) -> str:
        """A fan goes by no number either: it leads to a name."""
        return "a fan" if self.kind == "fan" else self.about_words

    @property
    def done(self) -> str:
        return Act(self.act).done
