"""What an inbox says of notices about theories and comments. Each thing goes through the gate: of what lies outside the
reader's shield only that is said which a shield says."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from accounts.hooks import NoticeLine
from accounts.models import Notice
from lore.spoilers import Viewer
from theories.models import Comment, Theory, Turn, TurnTaken
from theories.resolution import may_read

type Finder = Callable[[Viewer, Sequence[Notice]], Mapping[int, NoticeLine]]

_ABOUT_THEORIES = {
    "successor": "A theory that you backed has a successor: {}",
    "clarified": "The author has clarified {}",
    "proposed": "An outcome is proposed for {}",
    "objected": "Somebody objects to the outcome that is proposed for {}",
    "set_aside": "A moderator has set aside the outcome that was proposed for {}",
    "marked": "A moderator has marked {} as a duplicate",
    "unmarked": "A moderator has found that {} is no duplicate",
    "premise": "Something that {} rests on no longer stands",
}
_OUTCOME_CHANGED = "The outcome of {} has changed"
_NAMED = "You are named in the discussion of {}"
_ANSWERED = "You are answered in the discussion of {}"
_TO_AUTHOR = "There is a comment on your theory {}"


def finders() -> dict[str, Finder]:
    """By kind of notice, as `accounts.hooks.notice_kinds` wants them."""
    return (
        {kind: _theories(words) for kind, words in _ABOUT_THEORIES.items()}
        | {"mention": _comments(_NAMED), "reply": _comments(_ANSWERED, of_start=_TO_AUTHOR)}
        | {"resolved": _resolutions}
    )


def _theories(words: str) -> Finder:
    def find(viewer: Viewer, notices: Sequence[Notice]) -> dict[int, NoticeLine]:
        return _lines(viewer, notices, lambda notice, theory: words)

    return find


def _resolutions(viewer: Viewer, notices: Sequence[Notice]) -> dict[int, NoticeLine]:
    """Each by the turn that is its key: which outcome, to those who may know of it."""
    keys = [int(notice.key) for notice in notices if notice.key.isdecimal()]
    turns = TurnTaken.objects.select_related("proposal").in_bulk(keys)
    by_notice = {notice.pk: turns.get(int(notice.key)) for notice in notices if notice.key.isdecimal()}

    def words(notice: Notice, theory: Theory) -> str:
        turn = by_notice.get(notice.pk)
        is_known = turn and turn.theory_id == theory.pk and viewer.sees(theory) and may_read(viewer, theory, turn)
        return _became(turn) if is_known else _OUTCOME_CHANGED

    return _lines(viewer, notices, words)


def _became(turn: TurnTaken) -> str:
    if turn.turn == Turn.UNDO:
        return "The outcome of {} was taken back"
    if turn.turn == Turn.UPHOLD:
        return "The outcome of {} stands after an appeal"
    if turn.turn == Turn.OVERTURN:
        return f"The outcome of {{}} was changed to {turn.get_outcome_display().lower()}"
    return f"{turn.get_outcome_display()}: {{}}" if turn.outcome else _OUTCOME_CHANGED


def _lines(viewer: Viewer, notices: Iterable[Notice], words: Callable[[Notice, Theory], str]) -> dict[int, NoticeLine]:
    theories = Theory.objects.reachable_by(viewer).in_bulk({notice.object_id for notice in notices})
    found = ((notice, theories.get(notice.object_id)) for notice in notices)
    return {
        notice.pk: NoticeLine(words(notice, theory).format(_named(viewer, theory)), _href(viewer, theory))
        for notice, theory in found
        if theory
    }


def _comments(words: str, of_start: str = "") -> Finder:
    """`of_start`: what is said of the start of a thread, if it is something else."""

    def find(viewer: Viewer, notices: Sequence[Notice]) -> dict[int, NoticeLine]:
        rows = Comment.objects.standing().filter(theory__in=Theory.objects.reachable_by(viewer))
        comments = rows.select_related("theory").in_bulk({notice.object_id for notice in notices})
        found = ((notice, comments.get(notice.object_id)) for notice in notices)
        return {
            notice.pk: NoticeLine(
                (words if comment.parent_id else of_start or words).format(_named(viewer, comment.theory)),
                _place(viewer, comment),
            )
            for notice, comment in found
            if comment
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
