from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lore.models.claims import Claim
from lore.models.pages import Page
from lore.models.scopes import ScopeField
from lore.spoilers import ShieldedQuerySet


class TieKind(models.TextChoices):
    """Read from source to target: “Rooney is trained by the Ruska Roma”."""

    TRAINED_BY = "trained_by", "is trained by"
    RAISED_BY = "raised_by", "was raised by"
    MEMBER_OF = "member_of", "belongs to"
    LEADS = "leads", "leads"
    SERVES = "serves", "serves"
    ALLY_OF = "ally_of", "stands with"
    ENEMY_OF = "enemy_of", "stands against"
    PLAYED_BY = "played_by", "is played by"
    DIRECTS = "directs", "directs"
    WRITES = "writes", "writes"
    APPEARS_IN = "appears_in", "appears in"
    PART_OF = "part_of", "is part of"
    FOUND_AT = "found_at", "is found at"


class Tie(models.Model):
    """One page bound to another. `claim` is what it rests on."""

    shield_kind: ClassVar = "tie"
    shield_noun: ClassVar = "tie"
    scope_paths: ClassVar = ("scope", "source__scope", "target__scope", "claim__scope", "claim__page__scope")
    owner_path: ClassVar = None

    source = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="ties")
    kind = models.CharField(max_length=20, choices=TieKind)
    target = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="ties_here")
    scope = ScopeField()
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.SET_NULL, related_name="ties")

    objects = ShieldedQuerySet.as_manager()

    class Meta:
        ordering = ["source__title", "kind", "target__title", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=TieKind.values), name="tie_kind_known"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="tie_to_another"),
            models.UniqueConstraint(fields=["source", "kind", "target"], name="tie_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_kind_display()} {self.target}"


class Spot(models.Model):
    """Where a page stands on the map of ties, from 0 to 1 each way; laid out outside the request."""

    page = models.OneToOneField(Page, primary_key=True, on_delete=models.CASCADE, related_name="spot")
    x = models.FloatField()
    y = models.FloatField()

    def __str__(self) -> str:
        return f"{self.page_id}: {self.x:.2f}, {self.y:.2f}"
