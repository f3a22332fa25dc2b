"""What an inbox says of notices about theories and comments, and how what is followed is named. Each thing goes through
the gate: of what lies outside the reader's shield only that is said which a shield says."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.text import Truncator

from accounts.following import FAN, TAG
from accounts.hooks import NoticeFinder, NoticeLine
from accounts.models import Follow, Mute, Notice
from lore import markup
from lore.spoilers import Viewer, whole_scope
from theories.models import Comment, Proposal, Tag, Theory, Turn, TurnTaken
from theories.reading import granted
from theories.resolution import may_read

_QUOTED = 160


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
        return NoticeLine(one, href, many, names_actor=viewer.sees(theory))


_OF_AUTHORS = {
    "successor": Words("A theory that you backed or follow has a successor: [it]"),
    "clarified": Words("The author has clarified [it]", "{} clarifications of [it]"),
    "premise": Words("Something that [it] rests on no longer stands", "{} things that [it] rests on no longer stand"),
}
_OF_TURNS = {
    "objected": Words(
        "Somebody objects to the outcome that is proposed for [it]",
        "{} objections to the outcome that is proposed for [it]",
    ),
    "set_aside": Words("A moderator has set aside the outcome that was proposed for [it]"),
    "marked": Words("A moderator has marked [it] as a duplicate"),
    "unmarked": Words("A moderator has found that [it] is no duplicate"),
}
_PROPOSED = Words("An outcome is proposed for [it]", "{} outcomes are proposed for [it]")
_POSTED = Words("A new theory by somebody, or under a tag, that you follow: [it]")
_OUTCOME_CHANGED = "The outcome of [it] has changed"
_NAMED = Words("You are named in the discussion of [it]", "You are named in {} comments in the discussion of [it]")
_ANSWERED = Words("You are answered in the discussion of [it]", "{} new answers in the discussion of [it]")
_TO_AUTHOR = Words("There is a comment on your theory [it]", "There are {} new comments on your theory [it]")
_TALK = Words("A new comment in the discussion of [it]", "{} new comments in the discussion of [it]")


def finders() -> dict[str, NoticeFinder]:
    """By kind of notice, as `accounts.hooks.notice_kinds` wants them."""
    return {
        **{kind: _theories(words) for kind, words in _OF_AUTHORS.items()},
        **{kind: _steps(TurnTaken.objects.select_related("proposal"), words) for kind, words in _OF_TURNS.items()},
        "proposed": _steps(Proposal.objects.all(), _PROPOSED),
        "resolved": _resolutions,
        "milestone": _milestones,
        "posted": _posted,
        "mention": _comments(_NAMED),
        "reply": _comments(_ANSWERED, _TO_AUTHOR),
        "talk": _comments(_TALK),
    }


def under_muted_tags(mutes: QuerySet[Mute]) -> Q:
    """As `accounts.hooks.under_muted_tags` wants it: of what may be missed of a theory that bears such a tag. What
    becomes of one that somebody backed is told all the same, and so is what is said to them."""
    bears = Theory.tags.through.objects.order_by()
    posted = bears.filter(theory=OuterRef(OuterRef("object_id")))
    talk = bears.filter(theory__comments=OuterRef(OuterRef("object_id")))
    return (Q(kind="posted") & Exists(mutes.filter(object_id__in=posted.values("tag")))) | (
        Q(kind="talk") & Exists(mutes.filter(object_id__in=talk.values("tag")))
    )


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


def _steps(rows: QuerySet[TurnTaken] | QuerySet[Proposal], words: Words) -> NoticeFinder:
    """Each by the step that is its key. Whose it is, is told to those who may know of it."""

    def find(viewer: Viewer, notices: Sequence[Notice]) -> dict[int, NoticeLine]:
        steps = _by_key(rows, notices)

        def line(notice: Notice, theory: Theory) -> NoticeLine:
            found = words.line(viewer, theory)
            return replace(found, names_actor=found.names_actor and _may_know(viewer, theory, steps.get(notice.pk)))

        return _found(viewer, notices, line)

    return find


def _resolutions(viewer: Viewer, notices: Sequence[Notice]) -> dict[int, NoticeLine]:
    """Each by the turn that is its key: which outcome, and who did it, to those who may know of it."""
    turns = _by_key(TurnTaken.objects.select_related("proposal"), notices)

    def line(notice: Notice, theory: Theory) -> NoticeLine:
        turn = turns.get(notice.pk)
        is_known = viewer.sees(theory) and _may_know(viewer, theory, turn)
        words = Words(_became(turn) if is_known else _OUTCOME_CHANGED)
        return replace(words.line(viewer, theory), names_actor=is_known)

    return _found(viewer, notices, line)


def _by_key[Step: (TurnTaken, Proposal)](rows: QuerySet[Step], notices: Sequence[Notice]) -> dict[int, Step]:
    """What each notice's key names, by the notices' ids."""
    keyed = {notice.pk: int(notice.key) for notice in notices if notice.key.isdecimal()}
    steps = rows.in_bulk(set(keyed.values()))
    return {pk: steps[key] for pk, key in keyed.items() if key in steps}


def _may_know(viewer: Viewer, theory: Theory, step: TurnTaken | Proposal | None) -> bool:
    return step is not None and step.theory_id == theory.pk and may_read(viewer, theory, step)


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


def _posted(viewer: Viewer, notices: Sequence[Notice]) -> dict[int, NoticeLine]:
    """Each with whom or what the viewer follows that it comes of."""
    follows = set(Follow.objects.filter(fan=viewer.fan_id, kind__in=[FAN, TAG]).values_list("kind", "object_id"))
    ids = {notice.object_id for notice in notices}
    borne = Theory.tags.through.objects.filter(theory__in=ids, tag__in=Tag.objects.visible_to(viewer))
    tagged = borne.values_list("theory", "tag", "tag__name")
    tags = {theory: name for theory, tag, name in tagged if (TAG, tag) in follows}

    def words(_: Notice, theory: Theory) -> Words:
        if not viewer.sees(theory):
            return _POSTED
        if (FAN, theory.author_id) in follows:
            return Words(f"A new theory by {theory.author.get_full_name()}, whom you follow: [it]")
        if theory.pk in tags:
            return Words(f"A new theory under the tag “{tags[theory.pk]}”, which you follow: [it]")
        return _POSTED

    return _lines(viewer, notices, words)


def _lines(
    viewer: Viewer, notices: Iterable[Notice], words: Callable[[Notice, Theory], Words]
) -> dict[int, NoticeLine]:
    return _found(viewer, notices, lambda notice, theory: words(notice, theory).line(viewer, theory))


def _found(
    viewer: Viewer, notices: Iterable[Notice], line: Callable[[Notice, Theory], NoticeLine]
) -> dict[int, NoticeLine]:
    rows = Theory.objects.reachable_by(viewer).select_related("author")
    theories = rows.in_bulk({notice.object_id for notice in notices})
    found = ((notice, theories.get(notice.object_id)) for notice in notices)
    return {notice.pk: line(notice, theory) for notice, theory in found if theory}


def _comments(words: Words, of_start: Words | None = None) -> NoticeFinder:
    """`of_start`: what is said of the start of a thread, if it is something else."""

    def find(viewer: Viewer, notices: Sequence[Notice]) -> dict[int, NoticeLine]:
        rows = Comment.objects.standing().filter(theory__in=Theory.objects.reachable_by(viewer))
        comments = rows.select_related("theory").in_bulk({notice.object_id for notice in notices})
        found = ((notice, comments.get(notice.object_id)) for notice in notices)
        return {
            notice.pk: _at(_fitting(viewer, comment, words, of_start), viewer, comment)
            for notice, comment in found
            if comment
        }

    return find


def _fitting(viewer: Viewer, comment: Comment, words: Words, of_start: Words | None) -> Words:
    if of_start is None:
        return words
    if comment.parent_id is None:
        return of_start
    # To its author all that is told together is about their theory, and some of it may be no answer.
    return replace(words, many=of_start.many) if comment.theory.author_id == viewer.fan_id else words


def _at(words: Words, viewer: Viewer, comment: Comment) -> NoticeLine:
    """With what was said, or, where that is shielded, with what it gives away."""
    line = words.line(viewer, comment.theory)
    line = replace(line, href=comment.address_at(line.href))
    if not viewer.sees(comment.theory):
        return line
    if viewer.sees(comment, within=comment.theory):
        said = markup.from_json(comment.compiled).plain(granted(viewer, comment))
        return replace(line, detail=f"“{Truncator(' '.join(said.split())).chars(_QUOTED)}”")
    gives_away = viewer.names(viewer.missing(whole_scope(comment)))
    return replace(line, detail=f"What is said gives away {gives_away}.", names_actor=False)


def _named(viewer: Viewer, theory: Theory) -> str:
    if viewer.sees(theory):
        return f"“{theory.claim}”"
    return f"a theory that gives away {viewer.names(theory.scope)}"
