"""Where higher apps join in. Called by name, inside the caller's transaction; errors propagate."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lore.models import Page, Work
from lore.spoilers import Viewer


@dataclass(frozen=True)
class Panel:
    """A section at the foot of a lore page. What it holds has been through the gate."""

    anchor: str
    title: str
    template: str
    context: dict[str, object] = field(default_factory=dict)


page_panels: list[Callable[[Viewer, Page], Panel | None]] = []
# The release date of a work was set, changed or taken back.
work_released: list[Callable[[Work], None]] = []
