from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.levels import facts_of, shown_level
from accounts.trust import RULES, Level, Rule, level_for
from ballerina_site.http import HtmxRequest
from ballerina_site.ratelimit import LIMITS, MOST_LINKS

_TOLD = {
    "post": "Theories",
    "posts-a-day": "Theories",
    "comment": "Comments",
    "comments-a-day": "Comments",
    "vote": "Votes",
    "votes-an-hour": "Votes",
    "forecast": "Forecasts",
    "suggest": "Suggestions",
    "upload": "Pictures",
    "pictures-a-day": "Pictures",
    "report": "Reports",
    "reports-a-day": "Reports",
}


@dataclass(frozen=True)
class Checked:
    rule: Rule
    value: int

    @property
    def holds(self) -> bool:
        return self.rule.holds({self.rule.fact: self.value})


@dataclass(frozen=True)
class Right:
    what: str
    window: str
    why: str
    most: list[int]
    """At each level, lowest first."""


@require_safe
def rights(request: HtmxRequest) -> HttpResponse:
    """What I may do now, and what is missing for more: both by the same facts."""
    facts = facts_of(request.user)
    level = shown_level(request.user, level_for(facts))
    steps = [
        (step, step <= level, [Checked(rule, facts.get(rule.fact, 0)) for rule in RULES if rule.level == step])
        for step in list(Level)[1:]
    ]
    context = {"level": level, "levels": list(Level), "steps": steps, "rights": list(_rights())}
    return render(request, "accounts/rights.html", context)


@login_not_required
@require_safe
def limits(request: HtmxRequest) -> HttpResponse:
    """How much at a time, and what the levels are: part of the house rules, for everybody."""
    steps = [(step, [rule for rule in RULES if rule.level == step]) for step in list(Level)[1:]]
    context = {"levels": list(Level), "steps": steps, "rights": list(_rights())}
    return render(request, "accounts/limits.html", context)


def _rights() -> list[Right]:
    rows = [
        Right(words, LIMITS[key].window, LIMITS[key].why, [LIMITS[key].for_level(level) for level in Level])
        for key, words in _TOLD.items()
    ]
    links = [MOST_LINKS[level] for level in Level]
    return [*rows, Right("Links to other sites", "in one text", "Advertising is made of them.", links)]
