"""What waits before it stands on a page: fans' suggestions, edits that are not finished or not due."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from lore.models.images import Image
from lore.models.pages import Page, ProseFields, Revision
from lore.spoilers import ShieldedQuerySet


class Review(models.TextChoices):
    OPEN = "open", "Waiting for an editor"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Reviewed(models.Model):
    """What a fan proposes and an editor decides."""

    owner_path: ClassVar = "author_id"

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="%(class)ss"
    )
    state = models.CharField(max_length=10, choices=Review, default=Review.OPEN)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=500, blank=True, help_text="The editor’s, told to the fan.")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(state__in=Review.values), name="%(class)s_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=[Review.APPROVED, Review.DECLINED]) | Q(decided_at__isnull=False),
                name="%(class)s_decided_when",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == Review.OPEN


class Suggestion(ProseFields, Reviewed):
    """A fan's proposed revision of a page. `revision` is what an editor made of it."""

    shield_kind: ClassVar = "suggestion"
    shield_noun: ClassVar = "suggestion"
    scope_paths: ClassVar = ("scope", "page__scope")

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="suggestions")
    based_on = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    comment = models.CharField(max_length=200)
    revision = models.OneToOneField(Revision, null=True, on_delete=models.SET_NULL, related_name="suggestion")

    objects = ShieldedQuerySet.as_manager()

    class Meta(Reviewed.Meta):
        ordering = ["created_at", "id"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(
                fields=["page", "author"], condition=Q(state=Review.OPEN), name="suggestion_open_once_a_fan"
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="suggestion_queue")]  # the desk

    def __str__(self) -> str:
        return f"{self.page_id} by {self.author_id}: {self.comment}"

    def get_absolute_url(self) -> str:
        return reverse("lore:suggestion", args=[self.pk])

    @property
    def was_changed(self) -> bool:
        """What was saved is not word for word what its author sent: it was amended, or the page had moved on."""
        names = [field.name for field in ProseFields._meta.fields if field.name != "scope"]
        return self.revision is not None and any(getattr(self, n) != getattr(self.revision, n) for n in names)

    @property
    def shield_href(self) -> str:
        return self.get_absolute_url()


class PictureSuggestion(Reviewed):
    """A fan's picture for a page. Its image is not public until an editor approves it."""

    shield_kind: ClassVar = "pictureproposal"
    shield_noun: ClassVar = "suggested picture"
    scope_paths: ClassVar = ("image__scope", "page__scope")

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="picture_suggestions")
    image = models.OneToOneField(Image, on_delete=models.CASCADE, related_name="suggestion")
    comment = models.CharField(max_length=200, blank=True)

    objects = ShieldedQuerySet.as_manager()

    class Meta(Reviewed.Meta):
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["state", "created_at"], name="picture_suggestion_queue")]  # the desk

    def __str__(self) -> str:
        return f"picture {self.image_id} for {self.page_id}"

    def get_absolute_url(self) -> str:
        return reverse("lore:image_suggestion", args=[self.pk])

    @property
    def shield_href(self) -> str:
        return self.get_absolute_url()


class Draft(models.Model):
    """What somebody typed into the editor and has not sent: the form's fields as they were. `page` is None for a page
    to come. Nobody else ever sees it."""

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lore_drafts")
    page = models.ForeignKey(Page, null=True, on_delete=models.CASCADE, related_name="drafts")
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(fields=["fan", "page"], name="draft_once_a_page"),
            models.UniqueConstraint(fields=["fan"], condition=Q(page=None), name="draft_once_for_a_new_page"),
        ]

    def __str__(self) -> str:
        return f"{self.fan_id} on {self.page_id}"


class ScheduledEdit(ProseFields):
    """An editor's revision that waits for its hour, at most one a page. `fault` says why it could not be saved when
    it came: the page had moved on, and the two do not merge."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="scheduled")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    comment = models.CharField(max_length=200)
    based_on = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    publish_at = models.DateTimeField()
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["publish_at"]

    def __str__(self) -> str:
        return f"{self.page_id} at {self.publish_at:%Y-%m-%d %H:%M}"
