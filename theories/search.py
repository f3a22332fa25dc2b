"""Theories in the site's search: what is found by their claim, tags and case. `theories.finding` looks for it."""

from lore import markup
from lore.search import Entry, forget, index
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
