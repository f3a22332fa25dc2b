"""Where higher apps join in. Called by name, inside the caller's transaction; errors propagate."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from django.db.models import QuerySet

from lore.models import Claim, Page, Work
from lore.spoilers import Fold, Shield, Viewer


@dataclass(frozen=True)
class Panel:
    """A section at the foot of a lore page. What it holds has been through the gate."""

    anchor: str
    title: str
    template: str
    context: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Use:
    words: str
    href: str
    is_shield: ClassVar[bool] = False
    is_fold: ClassVar[bool] = False


@dataclass(frozen=True)
class Uses:
    """Things of one kind that lean on a page. They have been through the gate."""

    title: str
    entries: list[Use | Shield | Fold]

    @property
    def count(self) -> int:
        """Of those that are seen; the others count for nobody."""
        return sum(not entry.is_shield for entry in self.entries)


page_panels: list[Callable[[Viewer, Page], Panel | None]] = []
# What would be left without a page that goes.
page_uses: list[Callable[[Viewer, Page], Uses | None]] = []
# Ids of the pictures that belong to a thing of that app: they are not the lore's to show, change or throw away.
pictures_in_use: list[Callable[[], QuerySet]] = []
# The first moment after one, up to another, at which pages show something else though nobody wrote anything.
changes_by_time: list[Callable[[datetime, datetime], datetime | None]] = []
# The release date of a work was set, changed or taken back.
work_released: list[Callable[[Work], None]] = []
# A claim has another status, or another claim has taken its place.
claim_changed: list[Callable[[Claim], None]] = []
