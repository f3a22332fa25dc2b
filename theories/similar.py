"""Theories that say nearly the same as a claim: a few candidates from the full-text index and the hottest theories,
ranked by how alike the words are. What it costs does not grow with the number of theories."""

import re
from collections.abc import Iterable, Sequence
from itertools import combinations

from lore.search import gather
from lore.spoilers import Viewer
from theories.models import Theory
from theories.search import KIND

MOST = 5
_ALIKE = 0.5
"""How much of the shorter claim the other must say too."""
_STEM = 5
"""Letters by which a word is known in its other forms."""
_EACH = 20
_HOTTEST = 100
_MOST_WORDS = 6
_SHORT = frozenset(
    """
    a an the and or but nor of in on at to for from by with without into onto over under about as is are was
    were be been being will would wont won shall should can cannot could may might must do does did has have
    had it its he she they them his her their him who whom whose which what that this these those there then
    than not no yes all any some one two more most before after when while until again never ever film movie
    next new finally turns comes gets
    """.split()
)


class SaidAlready(Exception):
    """`theory` says the same word for word, and the author has not been asked about it yet."""

    def __init__(self, theory: Theory) -> None:
        super().__init__()
        self.theory = theory


def same_words(viewer: Viewer, claim: str, *, but: Theory | None = None) -> Theory | None:
    """One that this viewer finds in lists and that says this word for word, whatever stands between the words."""
    found = similar(viewer, claim, but=but.pk if but else None)
    return next((one for one in found if _plain(one.claim) == _plain(claim)), None)


def similar(viewer: Viewer, claim: str, *, but: int | None = None, most: int = MOST) -> list[Theory]:
    """The likest first, of those that this viewer finds in lists; `but`: the id of the one that is being written.
    Three queries."""
    words = significant(claim)
    if not words:
        return []
    listed = Theory.objects.in_lists().wanted_by(viewer).visible_to(viewer)
    said = {hit.object_id: hit.title for hit in gather(viewer, KIND, questions(words), _EACH)}
    said |= dict(listed.order_by("-hot", "-id").values_list("pk", "claim")[:_HOTTEST])
    said.pop(but, None)
    scores = {pk: likeness(words, significant(title)) for pk, title in said.items()}
    best = sorted((pk for pk, score in scores.items() if score), key=lambda pk: (-scores[pk], -pk))
    # A few more than are shown: the index may know what is in no list.
    theories = listed.in_bulk(best[: 4 * most])
    return [theories[pk] for pk in best if pk in theories][:most]


def significant(claim: str) -> list[str]:
    """The words that carry the claim, each once."""
    found = re.findall(r"\w+", claim.casefold().replace("’", "'").replace("'s", ""))
    return list(dict.fromkeys(word for word in found if len(word) > 2 and word not in _SHORT))


def questions(words: Sequence[str]) -> list[tuple[str, ...]]:
    """All the longest words together, then fewer and fewer of them: those that a claim alike would share."""
    longest = sorted(words, key=lambda word: (-len(word), word))[:_MOST_WORDS]
    asked = [tuple(longest), *_without_one(longest), *combinations(longest[:4], 2), tuple(longest[:1])]
    return list(dict.fromkeys(question for question in asked if question))


def _without_one(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return combinations(words, len(words) - 1) if len(words) > 3 else ()


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """0 to 1, and 0 for two claims that merely share a name: they must have two words in common, and half of the
    shorter one. What both say counts most, what only one of them says a little."""
    words, others = set(map(_stem, one)), set(map(_stem, other))
    shared = len(words & others)
    share = shared / max(1, min(len(words), len(others)))
    if share < _ALIKE or (shared < 2 and words != others):
        return 0.0
    return 0.8 * share + 0.2 * shared / len(words | others)


def _plain(claim: str) -> list[str]:
    return re.findall(r"\w+", claim.casefold().replace("’", "'"))


def _stem(word: str) -> str:
    return word[:_STEM].rstrip("s")
