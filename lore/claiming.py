"""Writing claims. A claim's words never change: what is newly known is a new claim that supersedes the old.

What an editor does is noted in the log of changes, with their reason, in the same transaction.
"""

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts.models import User
from lore import hooks, markup
from lore.canon import lexicon_for
from lore.changing import note
from lore.editing import Conflict
from lore.indexing import index_claim
from lore.models import ChangeKind, Claim, Page, Source

check_key = RegexValidator(
    r"^[A-Z]{1,4}[0-9]{1,16}\Z", "A claim’s key is one to four capital letters and a number, as in A1."
)
_FACTS = ("status", "as_of", "precision", "scope", "page", "position", "story_position")
_ROWS = ("sources", "also_on")
_OF_A_STATUS = {"status", "as_of", "precision", "sources"}
"""What changes along with a status is told by the one entry."""


def save_claim(claim: Claim) -> Claim:
    """Writes a new claim, or the status, dates, scope and place of an old one, as a seed has it: no log."""
    with transaction.atomic():
        was = Claim.objects.get(pk=claim.pk) if claim.pk else None
        if was and was.text != claim.text:
            raise ValidationError(
                {"text": "A claim is superseded, never overwritten: add a new one that takes its place."}
            )
        if not claim.pk and claim.key:
            _check_key_of(claim)
        claim.key = claim.key or next_key()
        claim.compiled = markup.to_json(markup.compile_line(claim.text, lexicon_for(claim.text)))
        claim.full_clean()
        claim.save()
        index_claim(claim)
        if was and was.status != claim.status:
            _tell_of(claim)
    return claim


def _check_key_of(claim: Claim) -> None:
    try:
        check_key(claim.key)
    except ValidationError as problem:
        raise ValidationError({"key": problem}) from None


def next_key() -> str:
    """Claims added on the site are numbered behind an X, which no seeded claim begins with. Two who add one at
    once wait for one another at the oldest page’s row, until the transaction ends."""
    Page.objects.select_for_update(no_key=True).order_by("pk").first()
    number = (Claim.objects.order_by("-id").values_list("id", flat=True).first() or 0) + 1
    while Claim.objects.filter(key=f"X{number}").exists():
        number += 1
    return f"X{number}"


# What editors do


def add_claim(
    claim: Claim,
    *,
    sources: Iterable[Source],
    also_on: Iterable[Page] = (),
    editor: User,
    reason: str = "",
    supersedes: Claim | None = None,
) -> Claim:
    """Writes a new claim; sources that are new are kept along with it. With `supersedes`, it takes that one's place,
    and the reason must be given."""
    named = list(sources)
    if not named:
        raise ValidationError({"sources": "Name at least one source."})
    with transaction.atomic():
        _insert(claim)
        claim.sources.set(_kept(named))
        claim.also_on.set(_without(claim.page, also_on))
        if supersedes is None:
            note(ChangeKind.CLAIM_ADDED, claim.page, editor, reason, **_about(claim), new_status=claim.status)
        else:
            supersede(supersedes, claim, editor=editor, reason=reason)
    return claim


def set_status(
    claim: Claim,
    status: str,
    *,
    editor: User,
    reason: str,
    as_of: date | None = None,
    precision: str = "",
    based_on: datetime | None = None,
) -> Claim:
    given = {"as_of": as_of, "precision": precision}
    dates = {name: value for name, value in given.items() if value}
    return revise(claim, editor=editor, reason=reason, based_on=based_on, status=status, **dates)


def revise(claim: Claim, *, editor: User, reason: str = "", based_on: datetime | None = None, **changes: Any) -> Claim:
    """Changes what stands around a claim's words: `changes` names some of `_FACTS` and `_ROWS`. A change of status is
    an event of its own and needs a reason. Raises Conflict when the claim changed after `based_on`."""
    with transaction.atomic():
        held = _held(claim, based_on)
        was, home, gave_away = _facts_of(held), held.page, gives_away(held)
        for name in _FACTS:
            setattr(held, name, changes.get(name, getattr(held, name)))
        rows = {name: changes[name] for name in _ROWS if name in changes}
        _set_rows(held, was, rows)
        changed = {name for name, value in _facts_of(held).items() if value != was[name]}
        if changed:
            _need_reason(reason, "status" in changed, "Say why its status changes.")
            save_claim(held)
            scope = gave_away | home.scope | gives_away(held)
            _note_revision(held, changed, was["status"], editor=editor, reason=reason, scope=scope)
    return held


def supersede(old: Claim, new: Claim, *, editor: User | None = None, reason: str = "") -> None:
    """Puts `new` in the place of `old`, which stays to be read. Without an editor, as seeds do it: no log."""
    if old.pk == new.pk:
        raise ValidationError({"supersedes": "A claim cannot take its own place."})
    _need_reason(reason, editor is not None, "Say why the older claim is superseded.")
    with transaction.atomic():
        rows = Claim.objects.select_for_update(of=("self",)).select_related("page").order_by("pk")
        held = {claim.pk: claim for claim in rows.filter(pk__in=[old.pk, new.pk])}
        if held[new.pk].superseded_by_id:
            raise ValidationError({"supersedes": "The newer claim has itself been superseded."})
        if held[old.pk].superseded_by_id == new.pk:
            return
        if held[old.pk].superseded_by_id:
            raise Conflict("Somebody else has written what replaces this claim already.", code="conflict")
        old.superseded_by = new
        old.save(update_fields=["superseded_by", "changed_at"])
        index_claim(old)
        _tell_of(old)
        if editor is not None:
            _note_succession(held[old.pk], held[new.pk], editor, reason)


# Their parts


def _tell_of(claim: Claim) -> None:
    for hook in hooks.claim_changed:
        hook(claim)


def _insert(claim: Claim) -> Claim:
    """Of two who give a claim the same key at once, the database lets one through."""
    try:
        with transaction.atomic():
            return save_claim(claim)
    except IntegrityError:
        raise Conflict("Somebody else added a claim at the same moment. Save again.", code="conflict")


def _held(claim: Claim, based_on: datetime | None) -> Claim:
    held = Claim.objects.select_for_update(of=("self",)).select_related("page").get(pk=claim.pk)
    if based_on is not None and held.changed_at != based_on:
        raise Conflict("Somebody else changed this claim while you wrote.", code="conflict")
    return held


def _facts_of(claim: Claim) -> dict[str, Any]:
    rows = {name: set(getattr(claim, name).values_list("pk", flat=True)) for name in _ROWS}
    return {name: getattr(claim, name) for name in _FACTS} | rows


def _set_rows(claim: Claim, was: dict[str, Any], rows: dict[str, Iterable[Any]]) -> None:
    if "sources" in rows:
        sources = _kept(rows["sources"])
        if was["sources"] and not sources:
            raise ValidationError({"sources": "Name at least one source."})
        claim.sources.set(sources)
    claim.also_on.set(_without(claim.page, rows.get("also_on", claim.also_on.all())))


def _without(home: Page, pages: Iterable[Page]) -> list[Page]:
    """At home a claim stands anyway."""
    return [page for page in pages if page.pk != home.pk]


def _kept(sources: Iterable[Source]) -> list[Source]:
    return [source if source.pk else _keep_source(source) for source in sources]


def _keep_source(source: Source) -> Source:
    """A new source; or the one that has its address already."""
    known = Source.objects.exclude(url="").filter(url=source.url).first()
    if known is not None:
        return known
    stem = slugify(source.title)[:40].strip("-") or "source"
    is_taken = Source.objects.filter(key=stem).exists()
    source.key = f"{stem}-{secrets.token_hex(4)}" if is_taken else stem
    source.full_clean()
    source.save()
    return source


def gives_away(claim: Claim) -> int:
    """All that its words give away, those that it covers included; its home aside."""
    scope = claim.scope
    for spoiler in markup.from_json(claim.compiled).spoilers:
        scope |= spoiler.scope
    return scope


def _need_reason(reason: str, is_needed: bool, sentence: str) -> None:
    if is_needed and not reason.strip():
        raise ValidationError({"reason": sentence})


# The log


def _about(claim: Claim) -> dict[str, Any]:
    return {"claim": claim, "scope": gives_away(claim)}


def _note_revision(claim: Claim, changed: set[str], old_status: str, *, editor: User, reason: str, scope: int) -> None:
    about = {"claim": claim, "scope": scope}
    rest = changed
    if "status" in changed:
        note(
            ChangeKind.CLAIM_STATUS,
            claim.page,
            editor,
            reason,
            **about,
            old_status=old_status,
            new_status=claim.status,
        )
        rest = changed - _OF_A_STATUS
    if rest:
        note(ChangeKind.CLAIM_REVISED, claim.page, editor, reason, **about)


def _note_succession(old: Claim, new: Claim, editor: User, reason: str) -> None:
    note(
        ChangeKind.CLAIM_SUPERSEDED,
        old.page,
        editor,
        reason,
        claim=old,
        newer=new,
        old_status=old.status,
        new_status=new.status,
        scope=gives_away(old) | gives_away(new) | new.page.scope,
    )
