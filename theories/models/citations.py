from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from lore.models import Claim, Page, Status
from lore.spoilers import ShieldedQuerySet
from theories.models.theories import Theory


class Leaning(models.TextChoices):
    SUPPORT = "support", "supports it"
    CONTRADICT = "contradict", "speaks against it"


class CitationQuerySet(ShieldedQuerySet):
    def with_cited(self) -> Self:
        return self.select_related("claim__page", "page")

    def broken(self) -> Self:
        """Those that were to carry a theory, and whose claim does not hold any more (`Claim.is_fallen`)."""
        fallen = Q(claim__superseded_by__isnull=False) | Q(claim__status=Status.CONTRADICTED)
        return self.filter(fallen, claim__page__is_published=True, leaning=Leaning.SUPPORT)


class Citation(models.Model):
    """A theory's link to one claim or one page."""

    shield_kind: ClassVar = "citation"
    shield_noun: ClassVar = "citation"
    scope_paths: ClassVar = ("claim__scope", "claim__page__scope", "page__scope")
    owner_path: ClassVar = None

    theory = models.ForeignKey(Theory, on_delete=models.CASCADE, related_name="citations")
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="citations")
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.PROTECT, related_name="citations")
    leaning = models.CharField(max_length=20, choices=Leaning, default=Leaning.SUPPORT)

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(claim__isnull=False, page__isnull=True) | Q(claim__isnull=True, page__isnull=False),
                name="citation_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["theory", "claim"], name="claim_cited_once", condition=Q(claim__isnull=False)
            ),
            models.UniqueConstraint(fields=["theory", "page"], name="page_cited_once", condition=Q(page__isnull=False)),
            models.CheckConstraint(condition=Q(leaning__in=Leaning.values), name="citation_leaning_known"),
        ]

    def __str__(self) -> str:
        return f"{self.theory_id} cites {self.claim_id or self.page_id}"

    @property
    def where(self) -> Page:
        return self.claim.page if self.claim else self.page
