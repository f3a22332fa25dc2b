from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from lore.models.scopes import ScopeField
from lore.spoilers import ShieldedQuerySet


class Licence(models.TextChoices):
    OWN = "own", "Made for the archive"
    CC_BY_SA = "cc-by-sa-4.0", "CC BY-SA 4.0"
    CC_BY = "cc-by-4.0", "CC BY 4.0"
    CC0 = "cc0-1.0", "CC0 1.0"
    PUBLIC_DOMAIN = "public-domain", "Public domain"


class Making(models.TextChoices):
    WAITING = "waiting", "Being prepared"
    READY = "ready", "Ready"
    FAILED = "failed", "Could not be prepared"


class Image(models.Model):
    """A picture as it was re-encoded on arrival; the file that came is not kept. What readers get (`widths`, each in
    three formats, and a crop for cards) is made from that outside the request; until then it is `waiting`.

    `digest` names its folder and cannot be guessed. One that is not public (a draft's) is only its uploader's.
    """

    shield_kind: ClassVar = "image"
    shield_noun: ClassVar = "picture"
    scope_paths: ClassVar = ("scope",)
    owner_path: ClassVar = "uploader_id"

    digest = models.CharField(max_length=64, unique=True, editable=False)
    making = models.CharField(max_length=10, choices=Making, default=Making.WAITING, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    widths = models.JSONField(default=list, editable=False)
    alt = models.CharField(
        "alternative text", max_length=250, help_text="What the picture shows, for those who cannot see it."
    )
    credit = models.CharField(max_length=120)
    licence = models.CharField(max_length=20, choices=Licence)
    scope = ScopeField()
    is_public = models.BooleanField(default=True, editable=False)
    focal_x = models.PositiveSmallIntegerField(
        default=50, validators=[MaxValueValidator(100)], help_text="Per cent from the left."
    )
    focal_y = models.PositiveSmallIntegerField(
        default=50, validators=[MaxValueValidator(100)], help_text="Per cent from the top."
    )
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="images", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    reveal_query = ""  # where a picture is shown by a reveal, its files are asked for with the same reveal

    objects = ShieldedQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(making__in=Making.values), name="image_making_known")]

    def __str__(self) -> str:
        return self.alt

    def address(self, width: int, extension: str) -> str:
        file = reverse("lore:picture", args=[self.pk, f"{self.digest[:12]}-{width}.{extension}"])
        return f"{file}{self.reveal_query}"

    def sources(self) -> list[tuple[str, str]]:
        """(media type, srcset) for a <picture>, best first; the fallback is `fallback`."""
        return [
            (f"image/{extension}", ", ".join(f"{self.address(width, extension)} {width}w" for width in self.widths))
            for extension in ("avif", "webp")
        ]

    @property
    def fallback(self) -> str:
        return self.address(self.widths[-1], "jpg")

    def file(self, width: int, extension: str) -> str:
        return f"pictures/{self.digest}/{width}.{extension}"
