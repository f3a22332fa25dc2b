"""Theories in the site's search: what is found by their claim, tags and case."""

from collections.abc import Sequence

from lore import markup
from lore.finding import PASSAGE, Result
from lore.passages import excerpt
from lore.search import Entry, find, forget, index, words_of
from lore.spoilers import Viewer
from theories.models import Theory

KIND = "theory"


def publish(theory: Theory) -> None:
    """Brings the search in line with a theory that was written, shown or hidden."""
    if theory.is_draft or theory.is_hidden:
        forget(KIND, theory.pk)
    else:
        index(KIND, theory.pk, entries_for(theory))


def entries_for(theory: Theory) -> list[Entry]:
    """What stands behind an inline spoiler is in no entry."""
    blocks = [markup.from_json(block) for block in theory.compiled.values()]
    body = "\n".join(block.plain(lambda scope: scope == 0) for block in blocks)
    tags = "\n".join(tag.name for tag in theory.tags.all() if not tag.scope & ~theory.scope)
    return [Entry(theory.scope, theory.claim, tags, body)]


def search_theories(viewer: Viewer, query: str) -> list[Result]:
    hits = find(viewer, KIND, query)
    theories = Theory.objects.listed().visible_to(viewer).in_bulk([hit.object_id for hit in hits])
    words = words_of(query)
    return [
        _result(theories[hit.object_id], excerpt(hit.body, words, PASSAGE)) for hit in hits if hit.object_id in theories
    ]


def _result(theory: Theory, passage: Sequence[tuple[str, bool]]) -> Result:
    return Result(theory.claim, theory.get_absolute_url(), "Theory", theory.shown_state, passage)
