"""How far an account is trusted, by what it has done: one table. Pure: no database.

Levels are earned and lost by rule alone. What they are for stands in `ballerina_site.ratelimit` (how much of a thing at
a time) and where votes and reports are weighed; nobody’s words count less because of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import IntegerChoices


class Level(IntegerChoices):
    NEW = 0, "New"
    FAN = 1, "Fan"
    REGULAR = 2, "Regular"


@dataclass(frozen=True)
class Rule:
    """`fact` is at least, or with `is_most` at most, `bound`. `words` say it with the bound in place of {}."""

    level: Level
    fact: str
    bound: int
    words: str
    is_most: bool = False

    def holds(self, facts: Mapping[str, int]) -> bool:
        value = facts.get(self.fact, 0)
        return value <= self.bound if self.is_most else value >= self.bound

    @property
    def sentence(self) -> str:
        return self.words.format(self.bound)


@dataclass(frozen=True)
class Missing:
    rule: Rule
    value: int


# Facts: `days_here` since sign-up; `days_active` on which they wrote, voted or forecast; `deeds` votes, forecasts and
# comments that stand; `contributions` theories, comments and accepted suggestions that stand; `hidden_lately` and
# `suspended_lately` in the last 60 days.
RULES = (
    Rule(Level.FAN, "days_here", 3, "Here for {} days"),
    Rule(Level.FAN, "days_active", 3, "Active on {} days"),
    Rule(Level.FAN, "deeds", 10, "{} votes, forecasts or comments"),
    Rule(Level.FAN, "hidden_lately", 2, "At most {} things hidden by a moderator in 60 days", is_most=True),
    Rule(Level.FAN, "suspended_lately", 0, "Not suspended in 60 days", is_most=True),
    Rule(Level.REGULAR, "days_here", 30, "Here for {} days"),
    Rule(Level.REGULAR, "days_active", 15, "Active on {} days"),
    Rule(Level.REGULAR, "contributions", 20, "{} theories, comments or accepted suggestions"),
    Rule(Level.REGULAR, "hidden_lately", 0, "Nothing hidden by a moderator in 60 days", is_most=True),
)


def level_for(facts: Mapping[str, int]) -> Level:
    """The highest of which, and of all below which, every rule holds."""
    reached = Level.NEW
    for level in list(Level)[1:]:
        if missing_for(level, facts):
            break
        reached = level
    return reached


def missing_for(level: Level, facts: Mapping[str, int]) -> list[Missing]:
    return [Missing(rule, facts.get(rule.fact, 0)) for rule in RULES if rule.level == level and not rule.holds(facts)]
