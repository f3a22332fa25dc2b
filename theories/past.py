"""What a comment said before."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from lore import markup
from lore.diff import FieldDiff, compare
from lore.prose import Prose
from theories.models import Comment, CommentVersion


@dataclass(frozen=True)
class Edition:
    """`diff`: against the one before; the first is shown as it was written. `number` counts from 1."""

    number: int
    written_at: datetime
    text: str
    diff: list[FieldDiff]


@dataclass(frozen=True)
class Past:
    """`editions`, the last first. `scope` is all that any of them gives away, the covered words among them."""

    editions: list[Edition]
    scope: int


def past_of(comment: Comment) -> Past:
    versions = [*comment.versions.order_by("number"), comment]
    texts = [version.text for version in versions]
    times = [version.written_at for version in versions[:-1]] + [comment.edited_at or comment.created_at]
    editions = [
        Edition(number + 1, times[number], text, _diff(texts[number - 1], text) if number else [])
        for number, text in enumerate(texts)
    ]
    return Past(editions[::-1], reduce(or_, map(_scope_told, versions)))


def _diff(old: str, new: str) -> list[FieldDiff]:
    return compare(Prose("", "", old), Prose("", "", new))


def _scope_told(version: Comment | CommentVersion) -> int:
    covered = (spoiler.scope for spoiler in markup.from_json(version.compiled).spoilers)
    return reduce(or_, covered, version.scope)
