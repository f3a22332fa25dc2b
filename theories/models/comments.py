from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from lore.models import ScopeField
from lore.spoilers import ShieldedQuerySet
from moderation.models import Moderated
from theories.models.theories import Theory

DEPTH_CAP = 5
"""Replies to a comment this deep become its siblings."""
STEP = 12
"""Digits of a comment's id in `path`."""


class CommentQuerySet(ShieldedQuerySet):
    def in_thread_order(self) -> Self:
        return self.order_by("path")

    def standing(self) -> Self:
        """Those that count."""
        return self.filter(is_hidden=False, deleted_at=None)


class Comment(Moderated):
    """`stance` is the writer's vote when they wrote, if they let it be shown.
    `path` is the ids from the thread's root down, each padded to STEP digits: its order is reading order. `root` is
    where the thread starts; None for the start itself."""

    shield_kind: ClassVar = "comment"
    shield_noun: ClassVar = "comment"
    scope_paths: ClassVar = ("scope", "theory__scope")
    owner_path: ClassVar = "author_id"

    theory = models.ForeignKey(Theory, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(max_length=10_000)
    compiled = models.JSONField(default=dict, editable=False)
    scope = ScopeField()
    stance = models.SmallIntegerField(null=True, blank=True, editable=False)
    path = models.CharField(max_length=DEPTH_CAP * STEP, editable=False)
    root = models.ForeignKey("self", null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    fair_count = models.PositiveIntegerField(default=0, editable=False)
    mind_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="comment_no_reply_to_itself"),
            models.UniqueConstraint(fields=["theory", "path"], name="comment_one_place"),
        ]
        indexes = [
            models.Index(fields=["author", "-id"], name="comment_by_author"),
            # The starts of threads, the fairest first or the newest first; and the answers to one comment.
            models.Index(fields=["theory", "-fair_count", "id"], name="thread_by_best", condition=Q(parent=None)),
            models.Index(fields=["theory", "-id"], name="thread_by_new", condition=Q(parent=None)),
            models.Index(fields=["parent", "-fair_count", "id"], name="reply_by_best"),
            # What is newer than a visit; and what changed somebody's mind.
            models.Index(fields=["theory", "created_at"], name="comment_by_time"),
            models.Index(fields=["theory", "mind_count"], name="comment_that_moved", condition=Q(mind_count__gt=0)),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return self.address_at(self.theory.get_absolute_url())

    def address_at(self, page: str = "") -> str:
        """Where it is read with what it answers and what answers it. `page`: the address of the theory, as far as the
        reader may know it; on that very page none is needed."""
        return f"{page}?comment={self.pk}#{self.shield_anchor}"

    @property
    def shield_anchor(self) -> str:
        return f"comment-{self.pk}"

    @property
    def depth(self) -> int:
        """1 for the start of a thread."""
        return len(self.path) // STEP

    @property
    def is_gone(self) -> bool:
        """Its words are not shown, but its replies are."""
        return self.deleted_at is not None or self.is_hidden

    @property
    def shield_href(self) -> str:
        return f"?comment={self.pk}&reveal=comment-{self.pk}#{self.shield_anchor}"

    @property
    def lineage(self) -> list[int]:
        """The ids from the thread's start down to its own."""
        return [int(self.path[start : start + STEP]) for start in range(0, len(self.path), STEP)]


class CommentVersion(models.Model):
    """What a comment said before it was changed; goes when its writer takes it back."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    compiled = models.JSONField(default=dict)
    scope = ScopeField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["comment", "number"], name="comment_version_numbered_once")]

    def __str__(self) -> str:
        return f"{self.comment_id}, version {self.number}"


class MarkKind(models.TextChoices):
    FAIR = "fair", "Fair point"
    MIND = "mind", "Changed my mind"


class Mark(models.Model):
    """A fan's nod to somebody else's comment."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="marks")
    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=10, choices=MarkKind)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "fan", "kind"], name="one_mark_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=MarkKind.values), name="mark_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.fan_id} on {self.comment_id}"


class Visit(models.Model):
    """When a fan last read a theory's discussion: what is newer is unread."""

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visits")
    theory = models.ForeignKey(Theory, on_delete=models.CASCADE, related_name="visits")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fan", "theory"], name="one_visit_each")]

    def __str__(self) -> str:
        return f"{self.fan_id} read {self.theory_id}"
