"""Catch me up: the story in at most 300 words, told from claims alone, for somebody who has seen certain works."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count
from django.utils.safestring import SafeString

from lore import markup
from lore.models import Claim, Status
from lore.reading import shown
from lore.spoilers import Viewer

MOST_WORDS = 300
_FIRMEST_FIRST = (Status.CONFIRMED, Status.REPORTED, Status.RUMOUR)
"""Those of the other kinds are no part of the story."""
_PARAGRAPH = 100
"""Story positions of one hundred make a paragraph."""


@dataclass(frozen=True)
class Sentence:
    claim: Claim
    html: SafeString
    words: int


@dataclass(frozen=True)
class Recap:
    """`more` counts what belongs to the story and did not fit."""

    paragraphs: list[list[Sentence]]
    words: int
    more: int


def recap(works: Viewer) -> Recap:
    """`works` is a viewer who has seen just the works that were chosen: one gate for this too."""
    told = [sentence for claim in _story(works) if (sentence := _sentence(works, claim))]
    chosen = _fitting(told)
    paragraphs = groupby(chosen, lambda sentence: sentence.claim.story_position // _PARAGRAPH)
    return Recap(
        [list(sentences) for _, sentences in paragraphs],
        sum(sentence.words for sentence in chosen),
        len(told) - len(chosen),
    )


def _story(works: Viewer) -> list[Claim]:
    claims = Claim.objects.published().standing().visible_to(works).filter(story_position__isnull=False)
    told = claims.filter(status__in=_FIRMEST_FIRST).annotate(places=Count("also_on"))
    return list(told.select_related("page").order_by("story_position", "key"))


def _sentence(works: Viewer, claim: Claim) -> Sentence | None:
    """None where a part of its words stays covered: a recap has no holes."""
    block = markup.from_json(claim.compiled)
    if not all(works.inside(spoiler.scope) for spoiler in block.spoilers):
        return None
    # Beside its words stands its key, and its status where that is not “confirmed”.
    words = len(block.plain(works.inside).split()) + 1 + (claim.status != Status.CONFIRMED)
    return Sentence(claim, shown(works, block), words)


def _fitting(told: list[Sentence]) -> list[Sentence]:
    """Whole sentences, the most important first; in story order again."""
    left, fitting = MOST_WORDS, set()
    for number, sentence in sorted(enumerate(told), key=lambda item: _importance(item[1])):
        if sentence.words <= left:
            left -= sentence.words
            fitting.add(number)
    return [sentence for number, sentence in enumerate(told) if number in fitting]


def _importance(sentence: Sentence) -> tuple[int, int]:
    """The firmer before the vaguer, and what many pages show before what stands on one."""
    return _FIRMEST_FIRST.index(sentence.claim.status), -sentence.claim.places
