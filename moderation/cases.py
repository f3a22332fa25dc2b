"""One reported or decided thing, whichever app it belongs to."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.text import Truncator

from moderation.hooks import CaseKind, kinds
from moderation.models import FLAGS, Act

_LONGEST_NAME = 100


@dataclass(frozen=True)
class Case:
    key: str
    kind: CaseKind
    thing: models.Model

    @property
    def name(self) -> str:
        """Names the thing without giving it away."""
        return f"{self.kind.noun} {self.thing.pk}"

    @property
    def reveal(self) -> str:
        return f"{self.key}-{self.thing.pk}"

    @property
    def address(self) -> str:
        return self.kind.address(self.thing)

    @property
    def text(self) -> str:
        return self.kind.text(self.thing)

    def title_for(self, viewer: Any) -> str:
        return self.kind.title(self.thing, viewer)

    def named_for(self, viewer: Any) -> str:
        """As a sentence names it to this viewer: by its title, or, where that is shielded, by its kind alone."""
        title = self.title_for(viewer)
        return f"the {self.kind.noun} “{Truncator(title).chars(_LONGEST_NAME)}”" if title else f"a {self.kind.noun}"

    @property
    def is_public(self) -> bool:
        return self.kind.is_public(self.thing)

    @property
    def is_hidden(self) -> bool:
        return getattr(self.thing, "is_hidden", False)

    @property
    def is_locked(self) -> bool:
        return getattr(self.thing, "is_locked", False)

    @property
    def acts(self) -> list[Act]:
        return [act for act in Act if act in self.kind.acts]

    @property
    def acts_left(self) -> list[Act]:
        """Those that would change something as things stand."""
        return [act for act in self.acts if not self.stands_as(act)]

    def stands_as(self, act: Act, minutes: int | None = None) -> bool:
        flag, value = FLAGS[act]
        return getattr(self.thing, flag) == (minutes if value is None else value)


def find_case(key: str, object_id: int) -> Case | None:
    kind = kinds.get(key)
    thing = kind.find(object_id) if kind else None
    return Case(key, kind, thing) if kind and thing else None
