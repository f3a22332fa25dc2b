from django.db import models

from lore.models.scopes import ScopeField
from lore.spoilers import ShieldedQuerySet


class SeedRecord(models.Model):
    """What the last import wrote for one seeded thing, so that the next can tell an editor's change from an old
    seed."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="seed_recorded_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class SearchEntry(models.Model):
    """One searchable part of a thing (a page's section, a claim, a theory), with the scope of that part.

    The full-text index over title, names and body is the database's own and is kept by it (see the migration).
    """

    shield_kind = "entry"
    shield_noun = "entry"
    scope_paths = ("scope",)
    owner_path = None

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    scope = ScopeField()
    title = models.CharField(max_length=250)
    names = models.TextField(blank=True)
    body = models.TextField(blank=True)

    objects = ShieldedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "object_id"], name="entry_of_thing"),
            # The newest of a kind first, for words so common that most rows match.
            models.Index(fields=["kind", "id"], name="entry_newest_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.title}"


class SearchName(models.Model):
    """What an entry is called, in plain words without articles: found by its very name however many mention it."""

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="called")
    kind = models.CharField(max_length=20)
    called = models.CharField(max_length=250)

    class Meta:
        # The newest of those called so, of whom there may be very many: a tag's name is one of each theory's.
        indexes = [models.Index(fields=["kind", "called", "entry"], name="thing_called")]

    def __str__(self) -> str:
        return self.called
