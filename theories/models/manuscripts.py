from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from lore.spoilers import Viewer
from theories.models.theories import Theory


class ManuscriptQuerySet(models.QuerySet):
    def open_to(self, viewer: Viewer) -> Self:
        """The viewer's own that still wait to be sent, the latest first. One that changes a theory outside their seen
        works waits until they see it again."""
        seen = Q(theory=None) | Q(theory__in=Theory.objects.visible_to(viewer).values("pk"))
        return self.filter(seen, fan=viewer.fan_id, sent_at=None).order_by("-saved_at", "-id")


class Manuscript(models.Model):
    """What somebody is typing into a theory's form and has not sent: its fields as they are, sound or not. `theory` is
    None for one to come. Nobody else ever sees it.

    `window` names the one open form that writes here; `edition` counts its savings, so that a second window can tell
    whether it still has the latest (`theories.manuscripts`). Once sent it stays for a while, without its words, so that
    a saving which comes in late brings nothing back, and a second click leads to what the first one posted: `theory`.
    """

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="manuscripts")
    theory = models.ForeignKey(Theory, null=True, on_delete=models.CASCADE, related_name="manuscripts")
    window = models.CharField(max_length=32)
    edition = models.PositiveIntegerField(default=0)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = ManuscriptQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["fan", "window"], name="manuscript_once_a_window")]

    def __str__(self) -> str:
        return f"{self.fan_id} on {self.theory_id}"

    def get_absolute_url(self) -> str:
        """Where one goes on with it."""
        theory = self.theory
        form = reverse("theories:edit", args=[theory.pk, theory.slug]) if theory else reverse("theories:new")
        return form + self.query

    @property
    def mark(self) -> str:
        """What a form that goes on with it says of where it began."""
        return f"{self.window}.{self.edition}"

    @property
    def query(self) -> str:
        """At the address of its form: to go on with it."""
        older = "".join(self.fields.get("succeeds", []))
        return f"?draft={self.window}" + (f"&succeeds={older}" if older.isdecimal() and not self.theory_id else "")

    @property
    def title(self) -> str:
        """What it may be called in its writer's own list."""
        claim = " ".join(self.fields.get("claim", [])).strip()[:200]
        return claim or (self.theory.claim if self.theory else "A theory without a claim yet")
