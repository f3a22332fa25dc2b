"""What an inbox says of notices about theories and comments. Each thing goes through the gate: of what lies outside the
reader's shield only that is said which a shield says."""

from collections.abc import Callable, Mapping

from accounts.hooks import NoticeLine
from lore.spoilers import Viewer
from theories.models import Comment, Theory

type Finder = Callable[[Viewer, list[int]], Mapping[int, NoticeLine]]

_ABOUT_THEORIES = {
    "successor": "A theory that you backed has a successor: {}",
    "clarified": "The author has clarified {}",
    "proposed": "An outcome is proposed for {}",
    "resolved": "The outcome of {} has changed",
    "premise": "Something that {} rests on no longer stands",
}
_ABOUT_COMMENTS = {
    "mention": "You are named in the discussion of {}",
    "reply": "You are answered in the discussion of {}",
}


def finders() -> dict[str, Finder]:
    """By kind of notice, as `accounts.hooks.notice_kinds` wants them."""
    return {kind: _theories(words) for kind, words in _ABOUT_THEORIES.items()} | {
        kind: _comments(words) for kind, words in _ABOUT_COMMENTS.items()
    }


def _theories(words: str) -> Finder:
    def find(viewer: Viewer, ids: list[int]) -> dict[int, NoticeLine]:
        theories = Theory.objects.reachable_by(viewer).in_bulk(ids)
        return {
            pk: NoticeLine(words.format(_named(viewer, theory)), _href(viewer, theory))
            for pk, theory in theories.items()
        }

    return find


def _comments(words: str) -> Finder:
    def find(viewer: Viewer, ids: list[int]) -> dict[int, NoticeLine]:
        rows = Comment.objects.standing().filter(theory__in=Theory.objects.reachable_by(viewer))
        comments = rows.select_related("theory").in_bulk(ids)
        return {
            pk: NoticeLine(words.format(_named(viewer, comment.theory)), _place(viewer, comment))
            for pk, comment in comments.items()
        }

    return find


def _named(viewer: Viewer, theory: Theory) -> str:
    if viewer.sees(theory):
        return f"“{theory.claim}”"
    return f"a theory that gives away {viewer.names(theory.scope)}"


def _href(viewer: Viewer, theory: Theory) -> str:
    return theory.get_absolute_url() if viewer.sees(theory) else theory.shield_href


def _place(viewer: Viewer, comment: Comment) -> str:
    return comment.address_at(_href(viewer, comment.theory))
