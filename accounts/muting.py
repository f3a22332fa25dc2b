"""Wanting to see nothing of somebody, or of a tag; and keeping somebody away. Not part of the shield: what is
muted can still be asked for by its address."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.hooks import muted_kinds
from accounts.models import Follow, Mute, User
from accounts.unread import recount_unread

FAN, TAG = "fan", "tag"


@dataclass(frozen=True)
class Muted:
    """Ids of what one fan wants to see nothing of."""

    fans: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()
    blocked: frozenset[int] = frozenset()
    """Of the fans, those who are kept away as well."""

    def __bool__(self) -> bool:
        return bool(self.fans or self.tags)

    def but(self, *, fans: Iterable[int] = (), tags: Iterable[int] = ()) -> "Muted":
        """Where one of them was asked for by name."""
        return Muted(self.fans.difference(fans), self.tags.difference(tags), self.blocked.difference(fans))


@dataclass(frozen=True)
class Thing:
    """Somebody or something that can be muted, as this viewer may know of it."""

    kind: str
    id: int
    name: str
    href: str
    may_be_blocked: bool = False


class Refused(PermissionDenied):
    """Somebody keeps somebody away. What it says tells no more than that."""

    def __init__(self) -> None:
        super().__init__("You cannot answer this fan.")


def mute(fan: User, kind: str, object_id: int, *, is_block: bool = False) -> None:
    """Once more changes between muting and blocking. Who is blocked and who blocks follow one another no more."""
    if kind == FAN:
        _require_other(fan, object_id, is_block=is_block)
    with transaction.atomic():
        Mute.objects.update_or_create(
            fan=fan, kind=kind, object_id=object_id, defaults={"is_block": is_block, "made_at": timezone.now()}
        )
        _note(fan)
        if is_block:
            each_other = Q(fan=fan, object_id=object_id) | Q(fan_id=object_id, object_id=fan.pk)
            Follow.objects.filter(each_other, kind=FAN).delete()


def unmute(fan: User, kind: str, object_id: int) -> None:
    with transaction.atomic():
        fan.mutes.filter(kind=kind, object_id=object_id).delete()
        _note(fan)


def apply(fan: User, thing: Thing, act: str) -> None:
    """`act`: mute, block or none."""
    if act == "none":
        unmute(fan, thing.kind, thing.id)
    elif act in {"mute", "block"}:
        mute(fan, thing.kind, thing.id, is_block=act == "block")
    else:
        raise ValidationError("Choose one of the buttons.")


def named(viewer: Any, kind: str, object_id: int) -> Thing | None:
    return _named(viewer, kind, [object_id]).get((kind, object_id))


def all_named(viewer: Any, rows: Iterable[Mute]) -> dict[tuple[str, int], Thing]:
    ids: dict[str, list[int]] = {}
    for row in rows:
        ids.setdefault(row.kind, []).append(row.object_id)
    return {key: thing for kind, wanted in ids.items() for key, thing in _named(viewer, kind, wanted).items()}


def _named(viewer: Any, kind: str, ids: list[int]) -> dict[tuple[str, int], Thing]:
    if kind == FAN:
        # Suspended or not: who comes back is to find them muted.
        found = User.objects.filter(pk__in=ids, erased_at=None)
        return {(kind, fan.pk): Thing(kind, fan.pk, fan.get_full_name(), fan.get_absolute_url(), True) for fan in found}
    lines = muted_kinds[kind](viewer, ids) if kind in muted_kinds else {}
    return {(kind, pk): Thing(kind, pk, line.words, line.href) for pk, line in lines.items()}


def muted_by(fan: User) -> Muted:
    """One query, and none for whoever mutes nothing."""
    rows = list(fan.mutes.values_list("kind", "object_id", "is_block")) if fan.has_mutes else []
    fans, tags = (frozenset(pk for kind, pk, _ in rows if kind == wanted) for wanted in (FAN, TAG))
    return Muted(fans, tags, frozenset(pk for _, pk, is_block in rows if is_block))


def hearing(fan_ids: Iterable[int], actor_id: int | None, tags: Iterable[int] = ()) -> set[int]:
    """Of these fans, those who have muted neither whoever did it nor a tag that it bears."""
    ids = set(fan_ids)
    unwanted = Q(kind=FAN, object_id=actor_id or 0) | Q(kind=TAG, object_id__in=list(tags))
    return ids - set(Mute.objects.filter(unwanted, fan__in=ids).values_list("fan_id", flat=True))


def is_blocked(fan: User, by: int) -> bool:
    """Whether that fan keeps this one away. Staff are kept away by nobody: they keep the house in order."""
    return not fan.is_staff and Mute.objects.filter(fan=by, kind=FAN, object_id=fan.pk, is_block=True).exists()


def require_welcome(fan: User, to: int) -> None:
    """Before somebody answers somebody."""
    if fan.pk != to and is_blocked(fan, to):
        raise Refused


def _require_other(fan: User, object_id: int, *, is_block: bool) -> None:
    if object_id == fan.pk:
        raise ValidationError("That is you.")
    other = User.objects.filter(pk=object_id).first()
    if other is None or other.is_gone:
        raise ValidationError("There is no such fan.")
    if is_block and (other.is_staff or other.is_archive):
        raise ValidationError("Staff keep the house in order: they can be muted, not blocked.")


def _note(fan: User) -> None:
    """`has_mutes` follows the rows, and so does how much there is to be read."""
    rows = Exists(Mute.objects.filter(fan=OuterRef("pk")))
    User.objects.filter(pk=fan.pk).update(has_mutes=rows)
    fan.has_mutes = fan.mutes.exists()
    recount_unread([fan.pk])
