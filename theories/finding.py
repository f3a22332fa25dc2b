"""What a search in theories shows, each fetched through the gate."""

from lore.finding import PASSAGE, Result
from lore.passages import excerpt
from lore.search import Hit, find, words_of
from lore.spoilers import Viewer
from theories.models import Theory
from theories.search import KIND


def search_theories(viewer: Viewer, query: str) -> list[Result]:
    words = words_of(query)
    hits = find(viewer, KIND, query)
    theories = Theory.objects.in_lists().wanted_by(viewer).visible_to(viewer).in_bulk([hit.object_id for hit in hits])
    return [_result(theories[hit.object_id], hit, words) for hit in hits if hit.object_id in theories]


def _result(theory: Theory, hit: Hit, words: list[str]) -> Result:
    return Result(
        theory.claim,
        theory.get_absolute_url(),
        "Theory",
        theory.shown_state,
        excerpt(hit.body, words, PASSAGE),
    )
