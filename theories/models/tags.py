from typing import ClassVar

from django.db import models

from lore.models import ScopeField
from lore.spoilers import ShieldedQuerySet


class Tag(models.Model):
    shield_kind: ClassVar = "tag"
    shield_noun: ClassVar = "tag"
    scope_paths: ClassVar = ("scope",)
    owner_path: ClassVar = None

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=40)
    scope = ScopeField()

    objects = ShieldedQuerySet.as_manager()

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
