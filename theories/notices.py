"""What an inbox says of notices about theories and comments, and how what is followed is named. Each thing goes through
the gate: of what lies outside the reader's shield only that is said which a shield says."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from accounts.hooks import NoticeFinder, NoticeLine
from accounts.models import Notice
from lore.spoilers import Viewer
from theories.models import Comment, Tag, Theory, Turn, TurnTaken
from theories.resolution import may_read


@dataclass(frozen=True)
class Words:
    """`one` and `many` with the theory in place of [it]; `many` with its number in place of {}. Without it they are not
    put together."""

    one: str
    many: str = ""

    def line(self, viewer: Viewer, theory: Theory) -> NoticeLine:
        it = _named(viewer, theory)
        one, many = (words.replace("[it]", it) for words in (self.one, self.many))
        href = theory.get_absolute_url() if viewer.sees(theory) else theory.shield_href
        return NoticeLine(one, href, ("theory", theory.pk), many, names_actor=viewer.sees(theory))


_ABOUT_THEORIES = {
    "successor": Words("A theory that you backed or follow has a successor: [it]"),
    "clarified": Words("The author has clarified [it]", "{} clarifications of [it]"),
    "proposed": Words("An outcome is proposed for [it]", "{} outcomes are proposed for [it]"),
    "objected": Words(
        "Somebody objects to the outcome that is proposed for [it]",
        "{} objections to the outcome that is proposed for [it]",
    ),
    "set_aside": Words("A moderator has set aside the outcome that was proposed for [it]"),
    "marked": Words("A moderator has marked [it] as a duplicate"),
    "unmarked": Words("A moderator has found that [it] is no duplicate"),
    "premise": Words("Something that [it] rests on no longer stands", "{} things that [it] rests on no longer stand"),
    "posted": Words("A new theory by somebody, or under a tag, that you follow: [it]"),
}
_OUTCOME_CHANGED = "The outcome of [it] has changed"
_NAMED = Words("You are named in the discussion of [it]", "You are named in {} comments in the discussion of [it]")
_ANSWERED = Words("You are answered in the discussion of [it]", "{} new answers in the discussion of [it]")
_TO_AUTHOR = Words("There is a comment on your theory [it]", "There are {} new comments on your theory [it]")
_TALK = Words("A new comment in the discussion of [it]", "{} new comments in the discussion of [it]")


def finders() -> dict[str, NoticeFinder]:
    """By kind of notice, as `accounts.hooks.notice_kinds` wants them."""
    about_theories = {kind: _theories(words) for kind, words in _ABOUT_THEORIES.items()}
    about_comments = {"mention": _comments(_NAMED), "reply": _comments(_ANSWERED, _TO_AUTHOR), "talk": _comments(_TALK)}
    return about_theories | about_comments | {"resolved": _resolutions, "milestone": _milestones}


def followed_theories(viewer: Viewer, ids: list[int]) -> dict[int, NoticeLine]:
    theories = Theory.objects.reachable_by(viewer).in_bulk(ids)
    return {pk: Words("[it]").line(viewer, theory) for pk, theory in theories.items()}


def followed_tags(viewer: Viewer, ids: list[int]) -> dict[int, NoticeLine]:
    tags = Tag.objects.visible_to(viewer).in_bulk(ids)
    return {pk: NoticeLine(tag.name, f"{reverse('theories:list')}?tag={tag.slug}") for pk, tag in tags.items()}


def _theories(words: Words) -> NoticeFinder:
    def find(viewer: Viewer, notices: Sequence[Notice]) -> dict[int, NoticeLine]:
        return _lines(viewer, notices, lambda notice, theory: words)

    return find


def _resolutions(viewer: Viewer, notices: Sequence[Notice]) -> dict[int, NoticeLine]:
    """Each by the turn that is its key: which outcome, to those who may know of it."""
    keys = [int(notice.key) for notice in notices if notice.key.isdecimal()]
    turns = TurnTaken.objects.select_related("proposal").in_bulk(keys)
    by_notice = {notice.pk: turns.get(int(notice.key)) for notice in notices if notice.key.isdecimal()}

    def words(notice: Notice, theory: Theory) -> Words:
        turn = by_notice.get(notice.pk)
        is_known = turn and turn.theory_id == theory.pk and viewer.sees(theory) and may_read(viewer, theory, turn)
        return Words(_became(turn) if is_known else _OUTCOME_CHANGED)

    return _lines(viewer, notices, words)


def _became(turn: TurnTaken) -> str:
    if turn.turn == Turn.UNDO:
        return "The outcome of [it] was taken back"
    if turn.turn == Turn.UPHOLD:
        return "The outcome of [it] stands after an appeal"
    if turn.turn == Turn.OVERTURN:
        return f"The outcome of [it] was changed to {turn.get_outcome_display().lower()}"
    return f"{turn.get_outcome_display()}: [it]" if turn.outcome else _OUTCOME_CHANGED


def _milestones(viewer: Viewer, notices: Sequence[Notice]) -> dict[int, NoticeLine]:
    return _lines(viewer, notices, _milestone)


def _milestone(notice: Notice, theory: Theory) -> Words:
    what, _, number = notice.key.partition("-")
    return Words(f"Your theory [it] has {int(number):,} {what}")


def _lines(
    viewer: Viewer, notices: Iterable[Notice], words: Callable[[Notice, Theory], Words]
) -> dict[int, NoticeLine]:
    theories = Theory.objects.reachable_by(viewer).in_bulk({notice.object_id for notice in notices})
    found = ((notice, theories.get(notice.object_id)) for notice in notices)
    return {notice.pk: words(notice, theory).line(viewer, theory) for notice, theory in found if theory}


def _comments(words: Words, of_start: Words | None = None) -> NoticeFinder:
    """`of_start`: what is said of the start of a thread, if it is something else."""

    def find(viewer: Viewer, notices: Sequence[Notice]) -> dict[int, NoticeLine]:
        rows = Comment.objects.standing().filter(theory__in=Theory.objects.reachable_by(viewer))
        comments = rows.select_related("theory").in_bulk({notice.object_id for notice in notices})
        found = ((notice, comments.get(notice.object_id)) for notice in notices)
        return {
            notice.pk: _at(words if comment.parent_id else of_start or words, viewer, comment)
            for notice, comment in found
            if comment
        }

    return find


def _at(words: Words, viewer: Viewer, comment: Comment) -> NoticeLine:
    line = words.line(viewer, comment.theory)
    # Answers and what stands beside them are counted apart.
    about = ("comments: " + words.one, comment.theory_id)
    return replace(line, href=comment.address_at(line.href), about=about, names_actor=viewer.sees(comment))


def _named(viewer: Viewer, theory: Theory) -> str:
    if viewer.sees(theory):
        return f"“{theory.claim}”"
    return f"a theory that gives away {viewer.names(theory.scope)}"
