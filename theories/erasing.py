"""What theories have of somebody who leaves.

What they said of open theories goes and is counted anew. What they said of resolved ones stays under their nameless
row, for the crowd of that time is what other fans are scored against. Everything is done theory by theory, so that
nobody has to wait long.
"""

from collections.abc import Callable
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet

from accounts.models import Departure, User
from accounts.unnaming import NOBODY, Traces, fitting, unname, write_anew
from lore import markup
from lore.canon import fan_lexicon_for
from lore.models import Image
from lore.uploads import remove_image
from moderation.models import Report
from moderation.reporting import close_gone
from theories import search
from theories.clock import now
from theories.counting import lock, recount, recount_crowds
from theories.discussing import take_away
from theories.marking import hold_comments, marked_by, recount_marks
from theories.models import (
    Appeal,
    Badge,
    CaseVersion,
    Clarification,
    Comment,
    CommentVersion,
    Ending,
    Forecast,
    Manuscript,
    Mark,
    Objection,
    Proposal,
    State,
    Theory,
    Turn,
    TurnTaken,
    Visit,
    Vote,
    slug_of,
)
from theories.posting import compile_text
from theories.scoring_rows import restand

_AT_ONCE = 50
_SAID = ("claim", "case", "criteria")
CASE_TAKEN_ALONG = "Whoever posted this has left the archive and taken the case along. What others have said stands."
TAKEN_ALONG = "Whoever wrote this has left the archive and taken it along."
_AUTHOR = {
    Theory: "author",
    CaseVersion: "theory__author",
    Clarification: "theory__author",
    Comment: "author",
    CommentVersion: "comment__author",
    Proposal: "fan",
    Objection: "fan",
    Appeal: "fan",
    TurnTaken: "actor",
}


def erase(fan: User, posts: str) -> None:
    traces = Traces.of(fan)
    for model in (Manuscript, Visit, Badge):
        model.objects.filter(fan=fan).delete()
    _forget_marks(fan)
    _forget_judgements(fan)
    for theory in fan.theories.filter(state=State.DRAFT).select_related("picture"):
        _drop(theory)
    if posts == Departure.Posts.REMOVE:
        _take_posts_away(fan)
        _take_words_away(fan)
    _forget_credits(fan)
    _unname(traces)
    _unname(Traces.in_words_by(fan), fan)
    restand([fan.pk])


def _forget_marks(fan: User) -> None:
    for ids in batched(sorted(marked_by(fan)), _AT_ONCE):
        with transaction.atomic():
            held = hold_comments(ids)
            Mark.objects.filter(fan=fan, comment__in=held).delete()
            recount_marks(held)


def _forget_judgements(fan: User) -> None:
    votes, forecasts = (rows.order_by().values_list("theory_id", flat=True) for rows in (fan.votes, fan.forecasts))
    for ids in batched(sorted(votes.union(forecasts)), _AT_ONCE):
        with transaction.atomic():
            held = lock(ids)
            settled = set(Theory.objects.settled().filter(pk__in=held).order_by().values_list("pk", flat=True))
            open_ones = [pk for pk in held if pk not in settled]
            for model in (Vote, Forecast):
                model.objects.filter(fan=fan, theory__in=open_ones).delete()
            Vote.objects.filter(fan=fan, theory__in=settled).update(network="")
            recount(open_ones)
            recount_crowds(open_ones)


def _take_posts_away(fan: User) -> None:
    for comment in fan.comments.filter(deleted_at=None).order_by("pk"):
        with transaction.atomic():
            held = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
            lock([held.theory_id])
            take_away(held)
            Report.objects.about("comment", held.pk).update(words="")
    for theory in fan.theories.order_by("pk"):
        _take_theory_away(theory)


def _take_theory_away(theory: Theory) -> None:
    with transaction.atomic():
        lock([theory.pk])
        held = Theory.objects.select_related("picture").get(pk=theory.pk)
        Report.objects.about("theory", held.pk).update(words="")
        if _is_others_too(held):
            _empty(held)
        else:
            close_gone("theory", held.pk)
            search.forget(search.KIND, held.pk)
            _drop(held)


def _take_words_away(fan: User) -> None:
    """What they said of outcomes. Evidence by which a theory was resolved, or may be, stays."""
    Objection.objects.filter(fan=fan).update(reason=TAKEN_ALONG)
    Appeal.objects.filter(fan=fan).update(reason=TAKEN_ALONG)
    said = TurnTaken.objects.filter(actor=fan, turn__in=[Turn.OBJECT, Turn.APPEAL])
    said.exclude(words="").update(words=TAKEN_ALONG)
    words = {"evidence": TAKEN_ALONG, "compiled": markup.to_json(markup.compile_fan(TAKEN_ALONG, fan_lexicon_for()))}
    Proposal.objects.filter(fan=fan, ending__in=[Ending.RETRACTED, Ending.REJECTED]).update(**words)


def _is_others_too(theory: Theory) -> bool:
    """Somebody else has had a part in it, or another theory rests on it."""
    own = {"fan": theory.author_id}
    return (
        theory.votes.exclude(**own).exists()
        or theory.forecasts.exclude(**own).exists()
        or theory.comments.exclude(author=theory.author_id).exists()
        or theory.proposals.exclude(**own).exists()
        or theory.duplicates.exists()
        or theory.successors.exists()
    )


def _drop(theory: Theory) -> None:
    with transaction.atomic():
        theory.comments.update(parent=None, root=None)
        Manuscript.objects.filter(theory=theory).delete()
        picture = theory.picture
        theory.delete()
        if picture:
            remove_image(picture)


def _empty(theory: Theory) -> None:
    """The claim, how we would know and by when stay: others have staked something on these."""
    picture = theory.picture
    theory.case, theory.picture = CASE_TAKEN_ALONG, None
    theory.compiled = compile_text(theory.case, theory.criteria)
    theory.edited_at, theory.backing_withdrawn_at = now(), theory.backing_withdrawn_at or now()
    theory.save(update_fields=["case", "picture", "compiled", "edited_at", "backing_withdrawn_at"])
    theory.clarifications.all().delete()
    theory.versions.all().delete()
    words = {name: getattr(theory, name) for name in ("claim", "case", "criteria", "compiled", "scope")}
    CaseVersion.objects.create(theory=theory, number=1, created_at=theory.edited_at, **words)
    if picture:
        remove_image(picture)
    search.publish(theory)


def _forget_credits(fan: User) -> None:
    """A theory's picture is credited to whoever sent it."""
    used = Theory.objects.filter(picture=OuterRef("pk"))
    Image.objects.filter(Exists(used), uploader=fan).update(credit=NOBODY)


# Where they are named


def _unname(traces: Traces, author: User | None = None) -> None:
    """In what everybody wrote, or this one alone; then claims and how one would know stay as they are. What is compiled
    is compiled anew."""

    def written(model: type[Model]) -> QuerySet:
        return model._default_manager.filter(**({_AUTHOR[model]: author} if author else {}))

    def rows(model: type[Model], *columns: str) -> QuerySet:
        return traces.in_rows(written(model), *columns)

    said = ("case",) if author else _SAID
    for model, column, held in (
        (Comment, "text", _lock_comment),
        (CommentVersion, "text", _as_it_is),
        (Proposal, "evidence", _as_it_is),
    ):
        _each(rows(model, column, "compiled"), held, lambda row, of=column: _compiled_anew(row, traces, of))
    _each(rows(Theory, *said, "compiled"), _lock_theory, lambda row: _of_theory(row, traces, said))
    _each(rows(CaseVersion, *said, "compiled"), _as_it_is, lambda row: _of_version(row, traces, said))
    _each(rows(Clarification, "text", "compiled"), _as_it_is, lambda row: _of_clarification(row, traces))
    for model, columns in ((Objection, ["reason"]), (Appeal, ["reason", "words"]), (TurnTaken, ["words"])):
        unname(written(model), traces, *columns)
    if not author:
        unname(Manuscript, traces, "fields")


def _each(rows: QuerySet, held: Callable[[Model], Any], write: Callable[[Any], None]) -> None:
    for row in list(rows.order_by("pk")):
        with transaction.atomic():
            found = held(row)
            if found is not None:
                write(found)


def _as_it_is(row: Model) -> Any:
    return type(row)._default_manager.filter(pk=row.pk).first()


def _lock_comment(row: Comment) -> Comment | None:
    return Comment.objects.select_for_update(no_key=True).filter(pk=row.pk).first()


def _lock_theory(row: Theory) -> Theory | None:
    return Theory.objects.select_for_update(no_key=True).filter(pk=row.pk).first()


def _compiled_anew(row: Any, traces: Traces, column: str) -> None:
    text = fitting(row, column, traces)
    if text == getattr(row, column):
        return
    setattr(row, column, text)
    row.compiled = compiled(text, row.compiled, traces)
    row.save(update_fields=[column, "compiled"])


def _of_theory(theory: Theory, traces: Traces, columns: tuple[str, ...]) -> None:
    if not _free_words(theory, traces, columns):
        return
    theory.slug = slug_of(theory.claim)
    theory.save(update_fields=["claim", "slug", "case", "criteria", "compiled"])
    search.publish(theory)


def _of_version(version: CaseVersion, traces: Traces, columns: tuple[str, ...]) -> None:
    if _free_words(version, traces, columns):
        write_anew(version)


def _of_clarification(row: Clarification, traces: Traces) -> None:
    text = fitting(row, "text", traces)
    if text != row.text:
        row.text, row.compiled = text, compiled(text, row.compiled, traces)
        write_anew(row)


def _free_words(row: Theory | CaseVersion, traces: Traces, columns: tuple[str, ...]) -> bool:
    words = {name: fitting(row, name, traces) for name in columns}
    if all(words[name] == getattr(row, name) for name in words):
        return False
    for name, text in words.items():
        setattr(row, name, text)
    row.compiled = {
        name: compiled(words[name], block, traces) if name in words else block for name, block in row.compiled.items()
    }
    return True


def compiled(text: str, before: dict[str, Any], traces: Traces) -> dict[str, Any]:
    """Of an old text that is no longer sound, what stood there without the names."""
    try:
        return markup.to_json(markup.compile_fan(text, fan_lexicon_for(text)))
    except markup.MarkupError:
        return traces.taken_out_of_json(before)
