"""What an author wrote, version by version: as it stood, and two of them compared. Inside the shield."""

from dataclasses import dataclass
from typing import ClassVar

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from lore import markup
from lore.diff import FieldDiff, folded, rows_of
from lore.spoilers import Fold, Shield, Viewer
from lore.spoilers import folded as folded_shields
from theories.models import CaseVersion, Theory
from theories.reading import texts_of

A_PAGE = 20
DOOR = "trail"
"""The kind of a comparison's reveal: `?reveal=trail-<theory id>`."""
_LABELS = {"claim": "Claim", "case": "Case", "criteria": "We would know if"}


class WordsDiff(FieldDiff):
    @property
    def label(self) -> str:
        return _LABELS[self.name]


@dataclass(frozen=True)
class VersionText:
    version: CaseVersion
    case: SafeString
    criteria: SafeString
    is_shield: ClassVar[bool] = False
    is_fold: ClassVar[bool] = False


@dataclass(frozen=True)
class Trail:
    """The newest first. `older` is the number before which the next page begins."""

    entries: list[VersionText | Shield | Fold]
    numbers: list[int]
    older: int | None


@dataclass(frozen=True)
class Comparison:
    """Of a version with an earlier one. `shield` stands in its place for whoever has not seen all that the texts, as
    they were written, give away."""

    old: CaseVersion
    new: CaseVersion
    shield: Shield | None
    diff: list[WordsDiff]


def trail(viewer: Viewer, theory: Theory, before: int | None = None) -> Trail:
    """The caller has made sure that the viewer sees the theory itself."""
    rows = _versions(theory)
    found = list((rows.filter(number__lt=before) if before else rows)[: A_PAGE + 1])
    shown = found[:A_PAGE]
    entries = folded_shields(_texts(viewer, theory, shown))
    return Trail(list(entries), [row.number for row in shown], shown[-1].number if len(found) > A_PAGE else None)


def version_text(viewer: Viewer, theory: Theory, number: int) -> VersionText | Shield | None:
    """None where there is no such version."""
    return next(iter(_texts(viewer, theory, list(_versions(theory).filter(number=number)))), None)


def comparison(viewer: Viewer, theory: Theory, first: int | None, second: int | None) -> Comparison | None:
    """Of two versions by their numbers; left out: the last, and the one before. None where there are no such two."""
    numbers = {row.number: row for row in _versions(theory).defer("case", "criteria", "compiled")}
    new = second or max(numbers, default=0)
    old = first or new - 1
    pair = {row.number: row for row in _versions(theory).filter(number__in={old, new})}
    if len(pair) < 2:
        return None
    earlier, later = pair[min(pair)], pair[max(pair)]
    missing = 0 if viewer.fan_id == theory.author_id else viewer.missing(_told(theory, earlier, later))
    if missing and not viewer.reveals(DOOR, theory.pk):
        shield = Shield(DOOR, theory.pk, "comparison", viewer.named(missing))
        return Comparison(earlier, later, shield, [])
    return Comparison(earlier, later, None, list(_differing(earlier, later)))


def _versions(theory: Theory) -> QuerySet[CaseVersion]:
    return theory.versions.select_related("theory")


def _texts(viewer: Viewer, theory: Theory, versions: list[CaseVersion]) -> list[VersionText | Shield]:
    seen = [version for version in versions if viewer.sees(version, within=theory)]
    texts = texts_of(viewer, theory, *(version.compiled for version in seen))
    shown = {
        version.pk: VersionText(version, *pair)
        for version, pair in zip(seen, zip(texts[::2], texts[1::2], strict=True), strict=True)
    }
    return [shown.get(version.pk) or viewer.shield(version) for version in versions]


def _told(theory: Theory, *versions: CaseVersion) -> int:
    """What the texts give away, with all that they cover, beyond the theory's own scope."""
    scope = 0
    for version in versions:
        scope |= version.scope
        for block in version.compiled.values():
            for spoiler in markup.from_json(block).spoilers:
                scope |= spoiler.scope
    return scope & ~theory.scope


def _differing(old: CaseVersion, new: CaseVersion) -> list[WordsDiff]:
    return [
        WordsDiff(name, tuple(folded(rows_of(getattr(old, name), getattr(new, name)))))
        for name in _LABELS
        if getattr(old, name) != getattr(new, name)
    ]
