import re
from calendar import month_name
from datetime import date
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from lore.spoilers import BITS, EVERYTHING


class WorkKind(models.TextChoices):
    FILM = "film", "Film"
    SERIES = "series", "Series"


_MONTHS = {name.casefold(): number for number, name in enumerate(month_name) if number}


class WorkQuerySet(models.QuerySet["Work"]):
    def free_bit(self) -> int:
        taken = set(self.values_list("bit", flat=True))
        free = next((bit for bit in range(BITS) if bit not in taken), None)
        if free is None:
            raise ValidationError(f"The archive holds {BITS} works at most.")
        return free

    def awaited(self, today: date) -> Self:
        """Those to come. One without a day is out when one that follows it, or it by its own words, is."""
        out = [work.release_order for work in self.model.objects.all() if work.is_known_to_be_out(today)]
        undated = Q(released_on=None, release_order__gt=max(out, default=-1))
        return self.filter(Q(released_on__gte=today) | undated)

    def mask(self, slugs: list[str]) -> int:
        """The scope made of these works. Unknown slugs are an error, so that a misspelt scope shields nothing
        by accident."""
        bits = dict(self.filter(slug__in=slugs).values_list("slug", "bit"))
        unknown = sorted(set(slugs) - bits.keys())
        if unknown:
            raise ValidationError(f"Unknown work: {', '.join(unknown)}.")
        return sum(1 << bit for bit in bits.values())


class Work(models.Model):
    """A film or series of the universe. `bit` is its place in every scope and seen-set: given once, never changed."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    short_title = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=WorkKind, default=WorkKind.FILM)
    bit = models.PositiveSmallIntegerField(unique=True, editable=False)
    release_order = models.PositiveSmallIntegerField()
    story_order = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Leave empty when the sources do not place it."
    )
    release_words = models.CharField(max_length=60, blank=True, help_text="As the sources give it: “June 2025”.")
    released_on = models.DateField(
        null=True, blank=True, help_text="Theories that wait for this work close at the end of this day (UTC)."
    )
    page = models.ForeignKey("lore.Page", null=True, blank=True, on_delete=models.SET_NULL, related_name="works")

    objects = WorkQuerySet.as_manager()

    class Meta:
        ordering = ["release_order", "id"]
        constraints = [models.CheckConstraint(condition=Q(bit__lt=BITS), name="work_bit_fits")]

    def __str__(self) -> str:
        return self.title

    def is_known_to_be_out(self, today: date) -> bool:
        """By its day or, of words like “June 2025”, by the end of that month or year."""
        if self.released_on:
            return self.released_on < today
        year = re.search(r"\b(?:19|20)\d\d\b", self.release_words)
        if not year:
            return False
        words = re.findall(r"[a-z]+", self.release_words.casefold())
        month = next((_MONTHS[word] for word in words if word in _MONTHS), 12)
        return (int(year[0]), month) < (today.year, today.month)

    @property
    def mask(self) -> int:
        return 1 << self.bit


class Seen(models.Model):
    """A fan's seen-set; `spoilers.EVERYTHING` for those who want nothing shielded."""

    fan = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="seen"
    )
    works = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(works__lte=EVERYTHING), name="seen_fits")]

    def __str__(self) -> str:
        return f"{self.fan_id}: {self.works:b}"


class Kept(models.Model):
    """One thing that a fan keeps revealed though they have not seen its works."""

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept")
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fan", "kind", "object_id"], name="kept_once")]

    def __str__(self) -> str:
        return f"{self.kind}-{self.object_id}"
