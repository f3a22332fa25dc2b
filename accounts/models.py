from typing import Any, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower, Replace
from django.urls import reverse

from accounts.names import ARCHIVE, LOOKALIKES, fold, validate_display_name, validate_username

EDITORS = "Editors"
MODERATORS = "Moderators"


def _folded(expression: models.Expression) -> models.Expression:
    """`names.fold` as the database computes it."""
    for sign, stands_for in LOOKALIKES.items():
        expression = Replace(expression, models.Value(sign), models.Value(stands_for))
    return expression


class FanManager(UserManager["User"]):
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

    def name_taken(self, username: str) -> bool:
        return self.alias(key=_folded(Lower("username"))).filter(key=fold(username)).exists()


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
    def is_archive(self) -> bool:
        return self.username == ARCHIVE


class NoticeQuerySet(models.QuerySet):
    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """Something happened that concerns a fan. It holds no words: the app that owns the kind finds them when they are
    read, inside the fan's shield (`accounts.hooks.notice_kinds`).

    `key` tells apart what may happen to one thing more than once: the same is told once.
    """

    fan = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    actor = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["fan", "kind", "object_id", "key"], name="told_once")]
        indexes = [
            models.Index(fields=["fan", "-id"], name="notice_by_fan"),
            models.Index(fields=["fan"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} for {self.fan_id}"
