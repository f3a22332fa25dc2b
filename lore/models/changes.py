from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from lore.models.claims import Claim, Status
from lore.models.pages import Page, PageKind, Revision
from lore.models.scopes import ScopeField
from lore.spoilers import ShieldedQuerySet


class ChangeKind(models.TextChoices):
    CREATED = "created", "Page written"
    EDITED = "edited", "Page edited"
    RESTORED = "restored", "Older revision brought back"
    RENAMED = "renamed", "Address changed"
    RESCOPED = "rescoped", "Shield changed"
    DELETED = "deleted", "Page deleted"
    UNDELETED = "undeleted", "Page brought back"
    REDACTED = "redacted", "Personal data taken out"
    CLAIM_ADDED = "claim_added", "Claim added"
    CLAIM_STATUS = "claim_status", "Claim’s status changed"
    CLAIM_REVISED = "claim_revised", "Claim’s sources, date or place changed"
    CLAIM_SUPERSEDED = "claim_superseded", "Claim superseded"
    PICTURE = "picture", "Picture changed"
    TIES = "ties", "Ties changed"


class ChangeQuerySet(ShieldedQuerySet):
    def public(self) -> Self:
        """Those of pages that are read, and deletions: the log tells of those, not of drafts to come."""
        is_read = Q(page__is_published=True, page__current__isnull=False)
        return self.filter(is_read | Q(kind=ChangeKind.DELETED)).exclude(page__kind=PageKind.HOUSE)


class Change(models.Model):
    """One entry of the recent changes; never changed itself. `scope` is what the change touched, so that its words
    are shielded like the part that they speak of."""

    shield_kind: ClassVar = "change"
    shield_noun: ClassVar = "change"
    scope_paths: ClassVar = (
        "scope",
        "page__scope",
        "claim__scope",
        "claim__page__scope",
        "newer__scope",
        "newer__page__scope",
    )
    owner_path: ClassVar = None

    kind = models.CharField(max_length=20, choices=ChangeKind)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="changes")
    revision = models.OneToOneField(
        Revision, null=True, blank=True, on_delete=models.CASCADE, related_name="change", help_text="What was saved."
    )
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.CASCADE, related_name="changes")
    newer = models.ForeignKey(
        Claim, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="What superseded the claim."
    )
    old_status = models.CharField(max_length=20, choices=Status, blank=True)
    new_status = models.CharField(max_length=20, choices=Status, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="changes")
    credited_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="credited_changes"
    )
    reason = models.CharField(max_length=300, blank=True)
    scope = ScopeField()
    happened_at = models.DateTimeField(default=timezone.now)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="change_kind_known")]
        indexes = [
            models.Index(fields=["page", "-id"], name="change_of_page"),  # a page's history
            models.Index(fields=["kind", "-id"], name="change_by_kind"),  # recent changes, filtered
            models.Index(fields=["actor", "-id"], name="change_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.get_kind_display()}"

    @property
    def shield_href(self) -> str:
        return reverse("lore:page", args=[f"page-{self.page_id}"])
