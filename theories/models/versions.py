from typing import ClassVar

from django.db import models

from lore.models import ScopeField
from lore.spoilers import ShieldedQuerySet
from theories.models.theories import Theory


class CaseVersion(models.Model):
    """One version of what the author wrote; never changed. `scope` is what its author said it gives away: an older one
    may give away more than the theory does now."""

    shield_kind: ClassVar = "version"
    shield_noun: ClassVar = "version"
    scope_paths: ClassVar = ("scope", "theory__scope")
    owner_path: ClassVar = "theory__author_id"

    theory = models.ForeignKey(Theory, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    claim = models.CharField(max_length=200)
    case = models.TextField(blank=True)
    compiled = models.JSONField(default=dict)
    criteria = models.TextField(blank=True)
    scope = ScopeField()
    created_at = models.DateTimeField()

    objects = ShieldedQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["theory", "number"], name="version_numbered_once")]

    def __str__(self) -> str:
        return f"{self.claim}, version {self.number}"


class Clarification(models.Model):
    """What an author adds, dated, once claim, criteria and due stand for good; never changed."""

    theory = models.ForeignKey(Theory, on_delete=models.CASCADE, related_name="clarifications")
    text = models.TextField(max_length=1000)
    compiled = models.JSONField(default=dict, editable=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:80]
