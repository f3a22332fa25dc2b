from typing import ClassVar

from django.db import models
from django.db.models import Q

from lore.models.claims import Claim, Precision
from lore.models.pages import Page
from lore.models.scopes import ScopeField
from lore.models.works import Work
from lore.spoilers import ShieldedQuerySet


class Track(models.TextChoices):
    REAL = "real", "In the real world"
    STORY = "story", "In the story"


class EventKind(models.TextChoices):
    FOUNDED = "founded", "Founded"
    TRAINED = "trained", "Trained"
    ANNOUNCED = "announced", "Announced"
    FILMED = "filmed", "Filmed"
    RELEASED = "released", "Released"
    OTHER = "other", "Happened"


class Event(models.Model):
    """Something that happened: in the real world on a date, or in the story during or after a work."""

    shield_kind: ClassVar = "event"
    shield_noun: ClassVar = "event"
    scope_paths: ClassVar = ("scope", "page__scope", "claim__scope", "claim__page__scope")
    owner_path: ClassVar = None

    key = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=600, blank=True)
    compiled = models.JSONField(default=dict, editable=False)
    track = models.CharField(max_length=10, choices=Track)
    kind = models.CharField(max_length=10, choices=EventKind, default=EventKind.OTHER)
    happened_on = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=10, choices=Precision, default=Precision.DAY)
    when_words = models.CharField(max_length=60, blank=True, help_text="As the sources give it: “late 2023”.")
    work = models.ForeignKey(Work, null=True, blank=True, on_delete=models.CASCADE, related_name="events")
    story_after = models.ForeignKey(
        Work,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events_after",
        help_text="Takes place after this work.",
    )
    scope = ScopeField()
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    position = models.PositiveSmallIntegerField(default=0)

    objects = ShieldedQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(track__in=Track.values), name="event_track_known"),
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def shield_anchor(self) -> str:
        return f"event-{self.pk}"


class Question(models.Model):
    """One entry of the FAQ. Parts of an answer can be scoped with a block, so the answer's first part is safe
    for all."""

    key = models.CharField(max_length=20, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    question = models.CharField(max_length=200)
    answer = models.TextField(max_length=2000)
    compiled = models.JSONField(default=list, editable=False)
    claims = models.ManyToManyField(Claim, blank=True, related_name="questions")

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.question
