"""What a theory may rest on, offered to whoever types it: pages by their names, claims by their words."""

import re
from collections.abc import Iterable

from lore import completing
from lore.completing import Name
from lore.models import Claim, Page
from lore.premises import in_words
from lore.search import find, gather
from lore.spoilers import Viewer
from theories.similar import questions, significant

_MOST = 10
_CLAIMS, _EACH = 5, 8
_STEM = 5
"""Letters by which a word is known in its other forms."""


def names_like(viewer: Viewer, typed: str) -> list[Name]:
    """All inside the shield, those first that say most of the words typed; of these pages before claims. `text` is the
    line that cites it."""
    names = [*map(_page, completing.names_like(viewer, typed)), *_claims(viewer, typed)]
    return sorted(names, key=lambda name: -_shared(typed, name))[:_MOST]


def told(viewer: Viewer, things: Iterable[Claim | Page]) -> dict[Claim | Page, str]:
    """What is cited, in words; without what this viewer may not see."""
    ids = {model: [thing.pk for thing in things if isinstance(thing, model)] for model in (Claim, Page)}
    claims = Claim.objects.visible_to(viewer).filter(pk__in=ids[Claim]).select_related("page")
    pages = Page.objects.visible_to(viewer).filter(pk__in=ids[Page])
    said = {claim: f"{in_words(viewer, claim)}, on {claim.page.title}" for claim in claims}
    return said | {page: page.title for page in pages}


def _page(name: Name) -> Name:
    return Name(name.label, name.text.partition("|")[0], name.hint)


def _claims(viewer: Viewer, typed: str) -> list[Name]:
    """By its key; by all of the words, by the most of them, by some."""
    rows = Claim.objects.published().standing().visible_to(viewer).select_related("page")
    hits = [*find(viewer, "claim", typed, _CLAIMS), *gather(viewer, "claim", questions(significant(typed)), _EACH)]
    claims = rows.in_bulk({hit.object_id for hit in hits})
    keyed = {claim.pk: claim for claim in rows.filter(key__iexact=typed.strip()[:20])}
    found = keyed | {hit.object_id: claims[hit.object_id] for hit in hits if hit.object_id in claims}
    return [Name(in_words(viewer, claim), claim.key, f"claim on {claim.page.title}") for claim in found.values()]


def _shared(typed: str, name: Name) -> float:
    """The share of the words typed that the name says; more for the one that goes by these very signs."""
    if typed.strip().casefold() == name.text.casefold():
        return 2.0
    words, said = _stems(typed), _stems(name.label)
    return sum(any(one.startswith(word) for one in said) for word in words) / max(1, len(words))


def _stems(words: str) -> Iterable[str]:
    return {word[:_STEM] for word in re.findall(r"\w+", words.casefold())}
