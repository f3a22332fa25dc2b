"""Writing theories: drafts, posting, changing what may still be changed, withdrawing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.suspending import require_present
from lore import markup
from lore.canon import fan_lexicon_for
from lore.models import Claim, Image, Page, Work
from lore.uploads import remove_image
from moderation import spam
from theories import search
from theories.badges import FIRST_THEORY, grant
from theories.clock import now
from theories.counting import lock, recount
from theories.models import CaseVersion, Citation, Leaning, State, Tag, Theory, Turn, end_of_day, slug_of
from theories.permissions import (
    Conflict,
    require_edit,
    require_succession,
    require_withdrawal,
    stands_for_good,
    why_for_good,
)
from theories.states import UNRESOLVED
from theories.tasks import follow_posting
from theories.telling import has_audience, tell_of_successor
from theories.turning import take

FURTHEST = timedelta(days=366 * 100)
_WITHIN = "Choose a date in the future, within a hundred years."
FROZEN = frozenset({"claim", "criteria", "due", "due_work"})
"""What stands for good once somebody else has voted or forecast."""
NEEDED = {
    "claim": "A theory needs a claim: one sentence that can turn out true or false.",
    "case": "A theory needs a case: say why you think so.",
    "criteria": "A theory needs a way to tell: say what we would have to see.",
}
DUE_NEEDED = "Say by when we would know: a date, or a work’s release."


@dataclass(frozen=True)
class Cited:
    thing: Claim | Page
    leaning: str = Leaning.SUPPORT


@dataclass(frozen=True)
class Writing:
    """What an author hands in. `based_on` is the `Theory.edition` they started from; empty: whichever. `succeeds` is
    read as long as it is a draft."""

    claim: str
    case: str = ""
    criteria: str = ""
    due: date | None = None
    due_work: Work | None = None
    scope: int = 0
    tags: Iterable[Tag] = ()
    citations: Iterable[Cited] = ()
    picture: Image | None = None
    picture_alt: str = ""
    based_on: str = ""
    succeeds: Theory | None = None


def save_draft(author: User, writing: Writing, theory: Theory | None = None) -> Theory:
    """A draft is seen by nobody else. `theory` is the draft to save over."""
    compiled = compiled_if(writing, check_one_due)
    with transaction.atomic():
        held = _held_draft(author, theory, writing)
        _write(held, writing, compiled)
    return held


def publish(author: User, writing: Writing, theory: Theory | None = None) -> Theory:
    """Posts a new theory, or the draft `theory`."""
    compiled = compiled_if(writing, check_whole, check_due, partial(_check_links, author))
    with transaction.atomic():
        held = _held_draft(author, theory, writing)
        _write(held, writing, compiled)
        held.opened_at = now()
        take(held, Turn.POST, State.OPEN, actor=author)
        require_present(author)
        show_picture(held)
        _add_version(held)
        _announce(held)
        grant(author.pk, FIRST_THEORY)
        if held.succeeds:
            tell_of_successor(held)
        if has_audience(held):
            transaction.on_commit(partial(follow_posting.enqueue, held.pk))
        spam.look_at(author, "theory", held.pk, f"{writing.claim} {writing.case}")
    return held


def edit(editor: User, theory: Theory, writing: Writing) -> Theory:
    """Changes an open theory; once frozen only case, tags, citations and picture, and its scope to a wider one."""
    compiled = compiled_if(writing, check_whole, partial(_check_links, editor))
    with transaction.atomic():
        held = _held(editor, theory, writing)
        changed = {name for name in {*FROZEN, "case"} if getattr(held, name) != getattr(writing, name)}
        _check_frozen(held, writing, changed)
        if changed & {"due", "due_work"}:
            check_due(writing)
        _write(held, writing, compiled)
        if changed & {"claim", "case", "criteria"}:
            _add_version(held)
        else:
            held.versions.filter(number=_last_number(held)).update(scope=held.scope)
        _announce(held)
    return held


def withdraw(fan: User, theory: Theory) -> Theory:
    """Takes a theory back. Once frozen it stays open, without its author's backing. A draft is thrown away."""
    with transaction.atomic():
        held = _held(fan, theory)
        require_withdrawal(fan, held)
        if held.is_draft:
            _drop_picture(held.picture)
            held.delete()
            return held
        if held.is_frozen:
            held.backing_withdrawn_at = now()
            held.save(update_fields=["backing_withdrawn_at"])
        else:
            take(held, Turn.WITHDRAW, State.WITHDRAWN, actor=fan)
        search.publish(held)
    return held


def file_under(theory: Theory, tags: Iterable[Tag]) -> None:
    """Staff file anybody's theory. What it gives away is a moderator's decision."""
    with transaction.atomic():
        held = Theory.objects.select_for_update(of=("self",), no_key=True).get(pk=theory.pk)
        held.tags.set(tags)
        _announce(held)


def follow_release(work: Work) -> None:
    """Theories that wait for this work close when it is out."""
    with transaction.atomic():
        waiting = Theory.objects.filter(due_work=work, state__in=[State.DRAFT, *UNRESOLVED])
        held = lock(waiting.values_list("pk", flat=True))
        Theory.objects.filter(pk__in=held).update(closes_at=closing_time(None, work))


def closing_time(due: date | None, due_work: Work | None) -> datetime | None:
    """None while the work it waits for has no date."""
    day = due or (due_work and due_work.released_on)
    return end_of_day(day) if day else None


def compiled_if(writing: Writing, *checks: Callable[[Writing], None]) -> dict[str, Any]:
    """Its case and criteria, compiled. Raises one ValidationError for all that they and the checks complain of."""
    problems: dict[str, list[ValidationError]] = {}
    for check in checks:
        try:
            check(writing)
        except ValidationError as problem:
            problem.update_error_dict(problems)
    try:
        compiled = compile_text(writing.case, writing.criteria)
    except ValidationError as problem:
        problem.update_error_dict(problems)
    if problems:
        raise ValidationError(problems)
    return compiled


def _check_links(author: User, writing: Writing) -> None:
    spam.check_links(author, writing.case)


def compile_text(case: str, criteria: str) -> dict[str, Any]:
    """Raises a ValidationError that names the fields and in each the line."""
    lexicon = fan_lexicon_for(case, criteria)
    compiled, problems = {}, {}
    for name, text in (("case", case), ("criteria", criteria)):
        try:
            compiled[name] = markup.to_json(markup.compile_fan(text, lexicon))
        except markup.MarkupError as error:
            problems[name] = str(error)
    if problems:
        raise ValidationError(problems)
    return compiled


def check_whole(writing: Writing) -> None:
    """What a posted theory must have; a draft need not."""
    errors = {name: words for name, words in NEEDED.items() if not getattr(writing, name).strip()}
    if not writing.due and not writing.due_work:
        errors["due"] = DUE_NEEDED
    if errors:
        raise ValidationError(errors)


def check_due(writing: Writing) -> None:
    check_one_due(writing)
    today = timezone.now().date()
    if writing.due and writing.due <= today:
        raise ValidationError({"due": _WITHIN})
    if writing.due_work and writing.due_work.released_on and writing.due_work.released_on < today:
        raise ValidationError({"due_work": f"{writing.due_work.title} is out already: choose a date instead."})


def check_one_due(writing: Writing) -> None:
    """What the database can hold, of a draft too. Its day may have passed while it lay."""
    if writing.due and writing.due_work:
        raise ValidationError({"due": "Choose one: a date, or a work’s release."})
    if writing.due and writing.due > timezone.now().date() + FURTHEST:
        raise ValidationError({"due": _WITHIN})


def show_picture(theory: Theory) -> None:
    """A theory's picture is as public, and gives away as much, as the theory."""
    is_public = not theory.is_draft and not theory.is_hidden
    Image.objects.filter(pk=theory.picture_id).update(is_public=is_public, scope=theory.scope)


def _describe_picture(theory: Theory, alt: str) -> None:
    if alt:
        Image.objects.filter(pk=theory.picture_id).update(alt=alt)


def _held_draft(author: User, theory: Theory | None, writing: Writing) -> Theory:
    held = Theory(author=author) if theory is None else _held(author, theory, writing)
    if not held.is_draft:
        raise Conflict("This theory has been posted already.")
    held.succeeds = _succeeded(author, writing)
    return held


def _succeeded(author: User, writing: Writing) -> Theory | None:
    """The theory that this one is to follow, as it now stands; it belongs to the same author."""
    if writing.succeeds is None:
        return None
    older = Theory.objects.select_related("author").get(pk=writing.succeeds.pk)
    require_succession(author, older)
    return older


def _held(editor: User, theory: Theory, writing: Writing | None = None) -> Theory:
    """The theory as it now stands, its row locked, after asking whether this editor may change it."""
    rows = Theory.objects.select_for_update(of=("self",), no_key=True).select_related("author", "picture", "due_work")
    held = rows.filter(pk=theory.pk).first()
    if held is None:
        raise Conflict("This draft has been thrown away meanwhile.")
    require_edit(editor, held)
    if writing and writing.based_on and writing.based_on != held.edition:
        raise Conflict("It was changed meanwhile, perhaps by you in another window.")
    return held


def _check_frozen(theory: Theory, writing: Writing, changed: set[str]) -> None:
    if not stands_for_good(theory):
        return
    happened = why_for_good(theory)
    if changed & FROZEN:
        raise Conflict(
            f"{happened} meanwhile: claim, how we would know and by when stand for good now. "
            "The case can still be changed."
        )
    if theory.scope & ~writing.scope:
        raise ValidationError({"scope": f"{happened}: it can be said to give away more, not less."})


def _write(theory: Theory, writing: Writing, compiled: dict[str, Any]) -> None:
    replaced = theory.picture if theory.picture_id and theory.picture != writing.picture else None
    for name in ("claim", "case", "criteria", "due", "due_work", "scope", "picture"):
        setattr(theory, name, getattr(writing, name))
    theory.compiled = compiled
    theory.slug = slug_of(theory.claim)
    theory.closes_at = closing_time(theory.due, theory.due_work)
    theory.edited_at = now()
    theory.full_clean(validate_unique=False, validate_constraints=False)
    theory.save()
    theory.tags.set(writing.tags)
    theory.citations.all().delete()
    Citation.objects.bulk_create(_citation(theory, cited) for cited in writing.citations)
    show_picture(theory)
    _describe_picture(theory, writing.picture_alt)
    _drop_picture(replaced)


def _citation(theory: Theory, cited: Cited) -> Citation:
    kind = "claim" if isinstance(cited.thing, Claim) else "page"
    return Citation(theory=theory, leaning=cited.leaning, **{kind: cited.thing})


def _drop_picture(picture: Image | None) -> None:
    if picture:
        transaction.on_commit(partial(remove_image, picture))


def _add_version(theory: Theory) -> None:
    words = {name: getattr(theory, name) for name in ("claim", "case", "criteria", "compiled", "scope")}
    number = _last_number(theory) + 1
    CaseVersion.objects.create(theory=theory, number=number, created_at=theory.edited_at, **words)


def _last_number(theory: Theory) -> int:
    return theory.versions.aggregate(last=Max("number"))["last"] or 0


def _announce(theory: Theory) -> None:
    recount([theory.pk])
    search.publish(theory)
