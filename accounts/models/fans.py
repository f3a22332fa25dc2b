from typing import Any, Self
from zlib import crc32

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Replace
from django.urls import reverse
from django.utils import timezone

from accounts.names import ARCHIVE, LOOKALIKES, fold, validate_display_name, validate_username
from accounts.trust import Level

EDITORS = "Editors"
MODERATORS = "Moderators"


def _folded(expression: models.Expression) -> models.Expression:
    """`names.fold` as the database computes it."""
    for sign, stands_for in LOOKALIKES.items():
        expression = Replace(expression, models.Value(sign), models.Value(stands_for))
    return expression


class FanQuerySet(models.QuerySet):
    def present(self) -> Self:
        """Those who can be met: neither suspended nor gone, and not the archive itself."""
        return self.filter(is_active=True, erased_at=None).exclude(username=ARCHIVE)


class FanManager(UserManager.from_queryset(FanQuerySet)):
    def archive(self) -> "User":
        """The account under which the site itself speaks: no password, no mail, on no leaderboard."""
        found = self.filter(username=ARCHIVE).first()
        return found or self.create_user(ARCHIVE, password=None, display_name="The Archive")

    def create_user(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        return super().create_user(username, email, password, **{"display_name": username} | fields)

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        return super().create_superuser(username, email, password, **{"display_name": username} | fields)

    def named(self, username: str) -> models.QuerySet["User"]:
        """Whoever has this user name, however it is spelt large and small."""
        return self.alias(lowered=Lower("username")).filter(lowered=username.lower())

    def name_taken(self, username: str, *, but: "User | None" = None) -> bool:
        """By somebody (other than `but`) who has it, or who had it lately."""
        has, had = (_folded(Lower(path)) for path in ("username", "former_names__username"))
        lately = Q(had=fold(username), former_names__until__gt=timezone.now())
        rows = self.alias(has=has, had=had).filter(Q(has=fold(username)) | lately)
        return rows.exclude(pk=but.pk if but else 0).exists()


class User(AbstractUser):
    first_name = None
    last_name = None
    username = models.CharField(
        "user name",
        max_length=30,
        unique=True,
        validators=[validate_username],
        error_messages={"unique": "That name is taken."},
    )
    display_name = models.CharField(max_length=40, blank=True, help_text="Shown instead of your user name.")
    bio = models.TextField(max_length=1000, blank=True, help_text="A few lines about you, as plain text.")
    must_change_password = models.BooleanField(default=False)
    unread_count = models.PositiveIntegerField(default=0, editable=False)
    avatar = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    """The digest that the files of an uploaded picture are named by; empty: drawn from the name."""
    hides_record = models.BooleanField("hide my record", default=False, db_default=False)
    hides_activity = models.BooleanField("hide my activity", default=False, db_default=False)
    level = models.PositiveSmallIntegerField(choices=Level, default=Level.NEW, db_default=Level.NEW, editable=False)
    suspended_until = models.DateTimeField(null=True, blank=True, editable=False)
    """While it lies ahead, `is_active` is off."""
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Somebody who left: a row without a name, which holds what other fans' scores rest on. Nobody can sign in."""
    has_mutes = models.BooleanField(default=False, db_default=False, editable=False)
    """Whether rows of Mute are worth asking for."""

    objects = FanManager()

    class Meta(AbstractUser.Meta):
        # Profiles, and theories by a fan, are asked for by user name in whatever case.
        indexes = [models.Index(Lower("username"), name="fan_by_username")]
        constraints = [
            models.UniqueConstraint(
                _folded(Lower("username")),
                name="username_unlike_any_other",
                violation_error_message="That name is taken, or too close to one that is.",
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="level_known"),
            models.CheckConstraint(
                condition=Q(suspended_until=None) | Q(is_active=False), name="suspended_is_not_active"
            ),
        ]

    def clean(self) -> None:
        """One's own user name may be shown even where it is a reserved word, as the first admin's is."""
        super().clean()
        if self.display_name != self.username:
            try:
                validate_display_name(self.display_name)
            except ValidationError as fault:
                raise ValidationError({"display_name": fault})

    def get_full_name(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    def get_absolute_url(self) -> str:
        return reverse("profile", args=[self.username])

    @property
    def tone(self) -> str:
        """In which of two colours their picture is drawn while they have sent none."""
        return "ab"[crc32(self.username.lower().encode()) % 2]

    @property
    def avatar_small(self) -> str:
        return self._avatar(80)

    @property
    def avatar_large(self) -> str:
        return self._avatar(240)

    def _avatar(self, size: int) -> str:
        return reverse("fan_avatar", args=[self.pk, f"{self.avatar}-{size}.webp"])

    @property
    def is_archive(self) -> bool:
        return self.username == ARCHIVE

    @property
    def is_gone(self) -> bool:
        return self.erased_at is not None
