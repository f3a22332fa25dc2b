"""Following theories, tags, pages and fans: whoever follows a thing hears of what happens to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.utils import timezone

from accounts.hooks import NoticeLine, followed_kinds
from accounts.models import Follow, User
from accounts.muting import is_blocked

THEORY, TAG, PAGE, FAN = "theory", "tag", "page", "fan"
MOST = 1000
"""Things that one fan follows: more would be a copy of the site."""
_NOUNS = {THEORY: "Theories", TAG: "Tags", PAGE: "Lore pages", FAN: "Fans"}


@dataclass(frozen=True)
class Followed:
    """`line` is None when the thing is there no more."""

    kind: str
    object_id: int
    line: NoticeLine | None


def follow(fan: User, kind: str, object_id: int) -> None:
    """Twice is no different from once. The caller has found the thing within what this fan may know of."""
    if kind == FAN:
        _require_other(fan, object_id)
    if fan.follows.count() >= MOST:
        raise ValidationError(f"You follow {MOST:,} things already. Let go of some first.")
    Follow.objects.get_or_create(fan=fan, kind=kind, object_id=object_id, defaults={"made_at": timezone.now()})


def unfollow(fan: User, kind: str, object_id: int) -> None:
    fan.follows.filter(kind=kind, object_id=object_id).delete()


def set_follow(fan: User, kind: str, object_id: int, act: str) -> bool:
    """`act` 1: follow, 0: no more. Whether they follow it now."""
    if act not in {"0", "1"}:
        raise ValidationError("Follow it, or follow it no more.")
    (follow if act == "1" else unfollow)(fan, kind, object_id)
    return act == "1"


def noting_follow[Rows: QuerySet](rows: Rows, kind: str, fan_id: int | None) -> Rows:
    """Each `is_followed` if this fan follows it: known without a query of its own."""
    mine = Follow.objects.filter(fan=fan_id or 0, kind=kind, object_id=OuterRef("pk"))
    return rows.annotate(is_followed=Exists(mine) if fan_id else Value(value=False))


def followers(kind: str, object_ids: Iterable[int]) -> set[int]:
    return set(Follow.objects.filter(kind=kind, object_id__in=list(object_ids)).values_list("fan", flat=True))


def is_followed(kind: str, *object_ids: int) -> bool:
    """Whether anybody follows one of them."""
    return Follow.objects.filter(kind=kind, object_id__in=object_ids).exists()


def followed_by(viewer: Any, fan: User) -> list[tuple[str, list[Followed]]]:
    """All that a fan follows, by kind, the latest first, in words inside their shield."""
    rows = list(fan.follows.values_list("kind", "object_id"))
    found = []
    for kind, noun in _NOUNS.items():
        ids = [pk for of_kind, pk in rows if of_kind == kind]
        lines = followed_kinds[kind](viewer, ids) if ids else {}
        found.append((noun, [Followed(kind, pk, lines.get(pk)) for pk in ids]))
    return [(noun, things) for noun, things in found if things]


def fans_followed(viewer: Any, ids: list[int]) -> dict[int, NoticeLine]:
    """As `accounts.hooks.followed_kinds` wants them; a person is behind no shield."""
    fans = User.objects.present().filter(pk__in=ids)
    return {fan.pk: NoticeLine(fan.get_full_name(), fan.get_absolute_url()) for fan in fans}


followed_kinds[FAN] = fans_followed


def _require_other(fan: User, object_id: int) -> None:
    if fan.pk == object_id:
        raise ValidationError("That is you.")
    if is_blocked(fan, by=object_id):
        raise PermissionDenied("You cannot follow this fan.")
