import re
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from ballerina_site.renditions import CARD_SHAPE, EXTENSIONS, card_widths_for
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


_FILE_NAME = re.compile(
    r".+\.(jpe?g|png|webp|avif|gif|heic|tiff?|bmp|svg)|(img|dsc[nf]?|pxl|mvimg|screenshot|untitled)([\W\d_]|at|copy)*",
    re.IGNORECASE,
)
_NO_WORDS = re.compile(
    r"((an?|the|my)\s+)?(picture|photo(graph)?|image|pic|drawing)(\s+(of|from|with|showing|\d+))?(\s+(it|this|that))?",
    re.IGNORECASE,
)


def check_alt(alt: str) -> None:
    """What a machine can tell of bad alternative texts; what a good one is, the form says."""
    words = alt.strip(" .…:,–-")
    if _FILE_NAME.fullmatch(words):
        raise ValidationError("That is a file’s name. Say what the picture shows.", code="file_name")
    if _NO_WORDS.fullmatch(words) or not any(sign.isalpha() for sign in words):
        raise ValidationError("That says no more than that it is a picture. Say what it shows.", code="no_words")


class Image(models.Model):
    """A picture as it was re-encoded on arrival (`original`, which no address leads to); the file that came is not
    kept. What readers get (`widths`, each in three formats, and a crop for cards) is made from that outside the
    request; until then it is `waiting`.

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
    is_hidden = models.BooleanField(default=False, db_default=False, editable=False)
    """By a moderator: not public until it is restored."""
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

    def get_absolute_url(self) -> str:
        return f"{reverse('lore:image', args=[self.pk])}{self.reveal_query}"

    def clean(self) -> None:
        if self.alt:  # of an empty one its field complains
            self._check_alt()

    def _check_alt(self) -> None:
        try:
            check_alt(self.alt)
        except ValidationError as problem:
            raise ValidationError({"alt": problem})

    @property
    def shield_href(self) -> str:
        return reverse("lore:image", args=[self.pk])

    @property
    def is_ready(self) -> bool:
        return self.making == Making.READY

    @property
    def is_waiting(self) -> bool:
        return self.making == Making.WAITING

    @property
    def has_failed(self) -> bool:
        return self.making == Making.FAILED

    # Addresses

    def address(self, width: int, extension: str, crop: str = "") -> str:
        file = reverse("lore:picture", args=[self.pk, f"{self.digest[:12]}-{crop}{width}.{extension}"])
        return f"{file}{self.reveal_query}"

    def sources(self) -> list[tuple[str, str]]:
        """(media type, srcset) for a <picture>, best first; the fallback is `fallback`."""
        return self._sources(self.widths)

    @property
    def fallback(self) -> str:
        return self.address(self.widths[-1], "jpg")

    @property
    def crop(self) -> str:
        """How the names of its cards' crops begin: by the focal point, so that what a name stands for never changes."""
        return f"c{self.focal_x}x{self.focal_y}-"

    @property
    def card_widths(self) -> list[int]:
        return card_widths_for(self.widths)

    @property
    def card_height(self) -> int:
        return self.card_widths[0] * CARD_SHAPE[1] // CARD_SHAPE[0]

    def card_sources(self) -> list[tuple[str, str]]:
        return self._sources(self.card_widths, self.crop)

    @property
    def card_fallback(self) -> str:
        return self.address(self.card_widths[0], "jpg", self.crop)

    def _sources(self, widths: list[int], crop: str = "") -> list[tuple[str, str]]:
        return [
            (f"image/{extension}", ", ".join(f"{self.address(width, extension, crop)} {width}w" for width in widths))
            for extension in ("avif", "webp")
        ]

    # Files

    @property
    def original(self) -> str:
        return f"originals/{self.digest}.webp"

    @property
    def folder(self) -> str:
        return f"pictures/{self.digest}"

    def file(self, width: int, extension: str, crop: str = "") -> str:
        return f"{self.folder}/{crop}{width}.{extension}"

    @property
    def files(self) -> list[str]:
        return [self.file(width, extension) for width in self.widths for extension in EXTENSIONS]

    @property
    def card_files(self) -> list[str]:
        return [self.file(width, extension, self.crop) for width in self.card_widths for extension in EXTENSIONS]
