"""The shield: the one place that decides what a viewer may see.

A scope and a seen-set are sets of works, kept as bit masks (`Work.bit`). A thing is visible when its whole scope lies
inside the viewer's seen-set, or it is the viewer's own, or they reveal it in this request, or keep it revealed.

A model that can be shielded says three things: `shield_kind`, the `scope_paths` whose union is its whole scope, and the
`owner_path`. The filter (`visible_to`) and the predicate (`Viewer.sees`) both read these, so list and detail
cannot disagree.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import groupby
from typing import Any, ClassVar, Protocol, Self

from django.db import models
from django.db.models import F, Q

from accounts.muting import Muted

BITS = 62
EVERYTHING = 2**BITS - 1
"""The seen-set of somebody who wants nothing shielded, now and for coming works."""
FOLD_FROM = 3


class Shielded(Protocol):
    pk: int
    shield_kind: ClassVar[str]
    shield_noun: ClassVar[str]
    scope_paths: ClassVar[tuple[str, ...]]
    owner_path: ClassVar[str | None]


class ScopedWork(Protocol):
    bit: int
    short_title: str


@dataclass(frozen=True)
class Shield:
    """What stands in a shielded thing's place: which works it gives away, and nothing else."""

    kind: str
    id: int | str
    noun: str
    works: tuple[ScopedWork, ...]
    href: str = ""
    anchor: str = ""
    is_shield: ClassVar[bool] = True
    is_fold: ClassVar[bool] = False

    @property
    def reveal(self) -> str:
        return f"{self.kind}-{self.id}"

    @property
    def may_be_kept(self) -> bool:
        """Rows only: a part is known by its place, where after an edit another may stand."""
        return isinstance(self.id, int)


@dataclass(frozen=True)
class Fold:
    """More than two shields in a row."""

    shields: tuple[Shield, ...]
    is_shield: ClassVar[bool] = True
    is_fold: ClassVar[bool] = True

    @property
    def works(self) -> tuple[ScopedWork, ...]:
        seen = {work.bit: work for shield in self.shields for work in shield.works}
        return tuple(seen[bit] for bit in sorted(seen))

    @property
    def noun(self) -> str:
        return self.shields[0].noun


def whole_scope(thing: Shielded) -> int:
    return reduce(lambda mask, path: mask | _value(thing, path), thing.scope_paths, 0)


def _value(thing: Any, path: str) -> Any:
    """What a path leads to; 0 where a row along it is missing."""
    for name in path.split("__"):
        thing = getattr(thing, name)
        if thing is None:
            return 0
    return thing


def _own_scope(thing: Shielded, within: Shielded) -> int:
    """The union of those paths that do not lead through `within`."""
    mask = 0
    for path in thing.scope_paths:
        holder, _, _ = path.rpartition("__")
        if not holder or _value(thing, holder) != within:
            mask |= _value(thing, path)
    return mask


def is_inside(scope: int, seen: int) -> bool:
    return scope & ~seen == 0


@dataclass
class Viewer:
    """Who looks, and what they have seen. `reveal` is the one thing shown in this answer alone, as (kind, id)."""

    fan_id: int | None = None
    seen: int = 0
    reveal: tuple[str, str] | None = None
    has_answered: bool = False
    load_works: Callable[[], Iterable[ScopedWork]] = tuple
    load_kept: Callable[[], Iterable[tuple[str, int]]] = tuple
    load_muted: Callable[[], Muted] = Muted

    @cached_property
    def works(self) -> tuple[ScopedWork, ...]:
        return tuple(self.load_works())

    @cached_property
    def kept(self) -> frozenset[tuple[str, int]]:
        return frozenset(self.load_kept())

    @cached_property
    def muted(self) -> Muted:
        """What they want to see nothing of, whatever it gives away. Lists leave it out."""
        return self.load_muted()

    def inside(self, scope: int) -> bool:
        return is_inside(scope, self.seen)

    def sees(self, thing: Shielded, *, within: Shielded | None = None) -> bool:
        """Does not speak of drafts or hidden things: those are the querysets' business.

        `within` is a thing that the viewer has been let into: what stands in it with no scope of its own comes along.
        """
        if self.inside(whole_scope(thing) if within is None else _own_scope(thing, within)):
            return True
        if thing.owner_path and self.fan_id and _value(thing, thing.owner_path) == self.fan_id:
            return True
        return self.reveals(thing.shield_kind, thing.pk) or (thing.shield_kind, thing.pk) in self.kept

    def reveals(self, kind: str, key: int | str) -> bool:
        return self.reveal == (kind, str(key))

    def sees_part(self, kind: str, key: str, scope: int) -> bool:
        """For parts that are no rows: a section of a page that is itself visible."""
        return self.inside(scope) or self.reveals(kind, key)

    def named(self, scope: int) -> tuple[ScopedWork, ...]:
        return tuple(work for work in self.works if scope >> work.bit & 1)

    def names(self, scope: int) -> str:
        return listed([work.short_title for work in self.named(scope)]) or "a film"

    def shield(self, thing: Shielded) -> Shield:
        return Shield(
            thing.shield_kind,
            thing.pk,
            thing.shield_noun,
            self.named(self.missing(whole_scope(thing))),
            href=getattr(thing, "shield_href", ""),
            anchor=getattr(thing, "shield_anchor", ""),
        )

    def missing(self, scope: int) -> int:
        return scope & ~self.seen


def listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def gate[T: Shielded](viewer: Viewer, thing: T) -> T | Shield:
    return thing if viewer.sees(thing) else viewer.shield(thing)


def screened[T: Shielded](viewer: Viewer, things: Iterable[T]) -> list[T | Shield | Fold]:
    """The list as this viewer gets it: things they may see, shields in the place of others, long rows of
    shields folded."""
    return list(folded(gate(viewer, thing) for thing in things))


def folded[T](entries: Iterable[T | Shield]) -> Iterator[T | Shield | Fold]:
    for shielded, row in groupby(entries, lambda entry: isinstance(entry, Shield)):
        run = list(row)
        if shielded and len(run) >= FOLD_FROM:
            yield Fold(tuple(run))
        else:
            yield from run


class ShieldedQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer, *, within: str = "") -> Self:
        """`within`: what leads to a thing that the viewer has been let into, as in `Viewer.sees`."""
        if viewer.seen == EVERYTHING:
            return self
        return self.filter(self.shown_to(viewer, within=within))

    def shown_to(self, viewer: Viewer, *, within: str = "") -> Q:
        """The condition of `visible_to`."""
        return _inside(self.model, viewer, within) | self._exceptions(viewer)

    def excepted_for(self, viewer: Viewer) -> Self:
        """What this viewer sees whatever it gives away: their own, what they reveal, what they keep revealed."""
        return self.filter(self._exceptions(viewer))

    def _exceptions(self, viewer: Viewer) -> Q:
        model = self.model
        keys = [key for kind, key in viewer.kept if kind == model.shield_kind]
        if viewer.reveal and viewer.reveal[0] == model.shield_kind and viewer.reveal[1].isdecimal():
            keys.append(int(viewer.reveal[1]))
        allowed = Q(pk__in=keys)
        if model.owner_path and viewer.fan_id:
            allowed |= Q(**{model.owner_path: viewer.fan_id})
        return allowed


def _inside(model: type[models.Model], viewer: Viewer, within: str = "") -> Q:
    """Each path by itself, so that a missing row along a path (a claim's page never is, an event's may be)
    counts as safe."""
    unseen = EVERYTHING & ~viewer.seen
    inside = Q()
    for path in model.scope_paths:
        if not within or path.rpartition("__")[0] != within:
            inside &= Q(_NothingOf(F(path), unseen))
    return inside


class _NothingOf(models.Func):
    """`scope & unseen = 0`, with NULL as 0. Masks are never negative: `<=` says the same, but PostgreSQL takes what an
    equation lets through for rare, and sorts everything instead of walking an index."""

    template = "(COALESCE(%(expressions)s) <= 0)"
    conditional = True
    output_field = models.BooleanField()

    def __init__(self, scope: F, unseen: int) -> None:
        super().__init__(scope.bitand(unseen), models.Value(0))


def reveal_from(raw: str) -> tuple[str, str] | None:
    """`theory-12` → ("theory", "12"). Anything else is no reveal."""
    kind, _, key = raw.partition("-")
    parts = key.split("-")
    named = kind.isascii() and kind.isalpha() and len(kind) <= 20
    # Up to 18 digits: what every database can hold.
    numbered = len(parts) <= 2 and all(part.isascii() and part.isdecimal() and len(part) <= 18 for part in parts)
    return (kind, key) if named and numbered else None
