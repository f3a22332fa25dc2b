"""One reported or decided thing, whichever app it belongs to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.text import Truncator

from accounts.models import User
from moderation.hooks import CaseKind, kinds, vote_acts
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

    @property
    def excerpt(self) -> str:
        """What it says, as a sentence names it to whoever wrote it."""
        return _shortened(" ".join(self.text.split()))

    def title_for(self, viewer: Any) -> str:
        return self.kind.title(self.thing, viewer)

    def named_for(self, viewer: Any) -> str:
        """As a sentence names it to this viewer: by its title, or, where that is shielded, by its kind alone."""
        title = self.title_for(viewer)
        return f"the {self.kind.noun} “{_shortened(title)}”" if title else f"a {self.kind.noun}"

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
    def author_id(self) -> int | None:
        return self.kind.author_id(self.thing)

    @property
    def scope(self) -> int:
        return getattr(self.thing, "scope", 0)

    def lasts(self, act: Act, minutes: int | None, until: datetime | None) -> bool:
        """Whether slow mode or a suspension runs already, and exactly so long."""
        if act == Act.SLOW:
            return self.thing.slow_minutes == minutes
        is_suspended = act == Act.SUSPEND and not self.thing.is_active
        return is_suspended and self.thing.suspended_until == until

    def may_be_read_by(self, viewer: Any) -> bool:
        """Whether it lies inside this viewer's shield, as far as it says itself what it gives away."""
        return not hasattr(self.thing, "shield_kind") or viewer.sees(self.thing)

    @property
    def acts(self) -> list[Act]:
        """All that can be done to things of this kind."""
        shields = {Act.SHIELD, Act.UNSHIELD} if self.kind.rescope else set()
        votes = {act for kind, act in vote_acts if kind == self.key}
        answers = {Act.KEEP} if self.kind.is_reportable or self.kind.is_written else set()
        answers |= {Act.MEND} if self.kind.is_written else set()
        possible = self.kind.acts | shields | votes | answers
        return [act for act in Act if act in possible]

    def stands_as(self, act: Act) -> bool:
        """Whether the act would change nothing, as far as the thing's own row says, however long it is to last."""
        if act in FLAGS:
            flag, value = FLAGS[act]
            return value is not None and getattr(self.thing, flag) == value
        if (self.key, act) in vote_acts:
            return not vote_acts[self.key, act].is_possible(self.thing)
        if isinstance(self.thing, User):
            return act == Act.UNSUSPEND and self.thing.is_active
        return act in {Act.KEEP, Act.MEND} and self.is_hidden


def _shortened(words: str) -> str:
    """Without the full stop: the sentence goes on."""
    return Truncator(words.rstrip(".")).chars(_LONGEST_NAME)


def find_case(key: str, object_id: int) -> Case | None:
    kind = kinds.get(key)
    thing = kind.find(object_id) if kind else None
    return Case(key, kind, thing) if kind and thing else None
