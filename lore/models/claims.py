from datetime import date, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from lore.models.pages import Page
from lore.models.scopes import ScopeField
from lore.spoilers import ShieldedQuerySet
from lore.web_addresses import check_web_address

STALE_AFTER = timedelta(days=90)


class Precision(models.TextChoices):
    DAY = "day", "day"
    MONTH = "month", "month"
    YEAR = "year", "year"


class SourceKind(models.TextChoices):
    ARTICLE = "article", "Article"
    FILM = "film", "Film"
    INTERVIEW = "interview", "Interview"
    POST = "post", "Official post"


class Source(models.Model):
    key = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=SourceKind)
    url = models.URLField(blank=True, validators=[check_web_address])
    published_on = models.DateField()
    precision = models.CharField(max_length=10, choices=Precision, default=Precision.DAY)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    fault = models.CharField(max_length=200, blank=True, editable=False, help_text="Why its address did not answer.")

    class Meta:
        ordering = ["-published_on", "title"]

    def __str__(self) -> str:
        return self.title


class Status(models.TextChoices):
    CONFIRMED = "confirmed", "Confirmed"
    REPORTED = "reported", "Reported"
    RUMOUR = "rumour", "Rumour"
    SPECULATION = "speculation", "Speculation"
    OPINION = "opinion", "Opinion"
    CONTRADICTED = "contradicted", "Contradicted"


class ClaimQuerySet(ShieldedQuerySet):
    def published(self) -> Self:
        return self.filter(page__is_published=True)

    def standing(self) -> Self:
        return self.filter(superseded_by__isnull=True)

    def on(self, page: Page) -> Self:
        """Claims at home here first, then those shown here too."""
        here = models.Case(models.When(page=page, then=0), default=1)
        shown = self.model.also_on.through.objects.filter(page=page).values("claim_id")
        return self.published().filter(Q(page=page) | Q(pk__in=shown)).order_by(here, "page_id", "position", "id")


class Claim(models.Model):
    """One statement of fact. It is superseded, never overwritten: the text stays as it was once it is saved."""

    shield_kind: ClassVar = "claim"
    shield_noun: ClassVar = "claim"
    scope_paths: ClassVar = ("scope", "page__scope")
    owner_path: ClassVar = None

    key = models.CharField(max_length=20, unique=True, help_text="Its address for good: “A1” gives #claim-A1.")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="claims", help_text="Its home.")
    also_on = models.ManyToManyField(Page, blank=True, related_name="shown_claims", verbose_name="also shown on")
    text = models.TextField(max_length=600)
    compiled = models.JSONField(default=dict, editable=False)
    status = models.CharField(max_length=20, choices=Status)
    sources = models.ManyToManyField(Source, blank=True, related_name="claims")
    as_of = models.DateField()
    precision = models.CharField(max_length=10, choices=Precision, default=Precision.DAY)
    scope = ScopeField()
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="supersedes"
    )
    position = models.PositiveSmallIntegerField(default=0)
    story_position = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Its place in the story, for “Catch me up”. Empty: not told there."
    )
    changed_at = models.DateTimeField(auto_now=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="claim_status_known"),
            models.CheckConstraint(condition=~Q(superseded_by=models.F("id")), name="claim_not_superseded_by_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.text[:80]}"

    def get_absolute_url(self) -> str:
        return f"{reverse('lore:page', args=[self.page.slug])}#{self.shield_anchor}"

    @property
    def shield_anchor(self) -> str:
        return f"claim-{self.key}"

    @property
    def is_stale(self) -> bool:
        return self.status == Status.RUMOUR and self.stale_on < timezone.now().date()

    @property
    def is_fallen(self) -> bool:
        """It does not hold any more, or another says it better."""
        return self.superseded_by_id is not None or self.status == Status.CONTRADICTED

    @property
    def stale_on(self) -> date:
        return self.as_of + STALE_AFTER
