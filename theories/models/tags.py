from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from lore.models import ScopeField
from lore.spoilers import ShieldedQuerySet


class TagQuerySet(ShieldedQuerySet):
    def called(self, *slugs: str) -> Self:
        """Those that have one of these words, as their own or as another."""
        others = TagAlias.objects.filter(slug__in=slugs).values("tag_id")
        return self.filter(Q(slug__in=slugs) | Q(pk__in=others))


class Tag(models.Model):
    shield_kind: ClassVar = "tag"
    shield_noun: ClassVar = "tag"
    scope_paths: ClassVar = ("scope",)
    owner_path: ClassVar = None

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=40)
    scope = ScopeField()

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TagAlias(models.Model):
    """Another word for a tag; whoever types it gets the tag."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="aliases")
    slug = models.SlugField(unique=True)

    class Meta:
        ordering = ["slug"]
        verbose_name_plural = "tag aliases"

    def __str__(self) -> str:
        return self.slug
