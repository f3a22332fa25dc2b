"""The claim ledger as one viewer gets it: one claim with its trail, what is rumoured, what became of rumours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.safestring import SafeString

from accounts.models import User
from lore import markup
from lore.models import Change, ChangeKind, Claim, Page, Precision, Status
from lore.reading import ClaimLine, claim_line, shown
from lore.spoilers import Fold, Shield, Viewer, folded, gate, whole_scope

MOST_FATES = 100


@dataclass(frozen=True)
class Other:
    """A claim beside another in the ledger: what it replaced, or what replaced it."""

    claim: Claim
    html: SafeString


@dataclass(frozen=True)
class TrailLine:
    """`other` is set where one claim took another's place, if that other may be named."""

    change: Change
    other: Claim | None
    is_newer: bool


@dataclass(frozen=True)
class ClaimReading:
    line: ClaimLine
    shown_on: list[Page]
    replaced: list[Other | Shield]
    replaced_by: Other | Shield | None
    trail: list[TrailLine]


@dataclass(frozen=True)
class Fate:
    """What became of a rumour: another status, or another claim in its place."""

    claim: Claim
    html: SafeString
    outcome: str
    day: date
    precision: str
    newer: Claim | None = None
    reason: str = ""
    actor: User | None = None


# One claim


def read_claim(viewer: Viewer, claim: Claim) -> ClaimReading:
    """For a viewer who sees the claim."""
    return ClaimReading(
        line=claim_line(viewer, claim),
        shown_on=list(claim.also_on.lore().visible_to(viewer)),
        replaced=_others(viewer, claim.supersedes.published().select_related("page")),
        replaced_by=next(iter(_others(viewer, _newer(claim))), None),
        trail=_trail(viewer, claim),
    )


def _newer(claim: Claim) -> list[Claim]:
    newer = claim.superseded_by
    return [newer] if newer and newer.page.is_published else []


def _others(viewer: Viewer, claims: Iterable[Claim]) -> list[Other | Shield]:
    entries = [gate(viewer, claim) for claim in claims]
    return [entry if isinstance(entry, Shield) else Other(entry, _words(viewer, entry)) for entry in entries]


def _words(viewer: Viewer, claim: Claim) -> SafeString:
    return shown(viewer, markup.from_json(claim.compiled))


def _trail(viewer: Viewer, claim: Claim) -> list[TrailLine]:
    """Oldest first. Whoever was let into the claim is let into what gives away no more than it does."""
    changes = Change.objects.filter(Q(claim=claim) | Q(newer=claim)).order_by("id")
    granted = whole_scope(claim)
    return [
        _trail_line(viewer, claim, change)
        for change in changes.select_related("page", "claim__page", "newer__page", "actor")
        if viewer.inside(whole_scope(change) & ~granted)
    ]


def _trail_line(viewer: Viewer, claim: Claim, change: Change) -> TrailLine:
    is_newer = change.claim_id == claim.pk
    other = change.newer if is_newer else change.claim
    may_name = other is not None and other.page.is_published and viewer.sees(other)
    return TrailLine(change, other if may_name else None, is_newer)


# Rumours


def open_rumours(viewer: Viewer) -> list[ClaimLine | Shield | Fold]:
    """Oldest first, and shields last: a place in time would tell how old they are."""
    rumours = Claim.objects.published().standing().filter(status=Status.RUMOUR).order_by("as_of", "id")
    claims = rumours.select_related("page", "superseded_by__page").prefetch_related("sources")
    entries = [claim_line(viewer, claim) if viewer.sees(claim) else viewer.shield(claim) for claim in claims]
    return list(folded(sorted(entries, key=lambda entry: entry.is_shield)))


def fates_of_rumours(viewer: Viewer) -> list[Fate]:
    """The latest first: as the log tells them, and those that came superseded with an import, which logs nothing."""
    logged = _turned(viewer).select_related("claim__page", "newer__page", "actor")[:MOST_FATES]
    fates = [_fate(viewer, change) for change in logged]
    fates += [
        Fate(claim, _words(viewer, claim), newer.status, newer.as_of, newer.precision, newer)
        for claim in _imported(viewer)
        if viewer.sees(newer := claim.superseded_by)
    ]
    return sorted(fates, key=lambda fate: fate.day, reverse=True)


def _turned(viewer: Viewer) -> QuerySet[Change]:
    kinds = [ChangeKind.CLAIM_STATUS, ChangeKind.CLAIM_SUPERSEDED]
    turned = Change.objects.filter(kind__in=kinds, old_status=Status.RUMOUR, claim__page__is_published=True)
    is_open = Q(claim__status=Status.RUMOUR, claim__superseded_by=None)
    return turned.exclude(is_open).exclude(newer__page__is_published=False).visible_to(viewer)


def _fate(viewer: Viewer, change: Change) -> Fate:
    return Fate(
        change.claim,
        _words(viewer, change.claim),
        change.new_status,
        change.happened_at.date(),
        Precision.DAY,
        change.newer,
        change.reason,
        change.actor,
    )


def _imported(viewer: Viewer) -> QuerySet[Claim]:
    is_logged = Exists(Change.objects.filter(claim=OuterRef("pk"), kind=ChangeKind.CLAIM_SUPERSEDED))
    replaced = Claim.objects.published().filter(~is_logged, status=Status.RUMOUR, superseded_by__isnull=False)
    replaced = replaced.filter(superseded_by__page__is_published=True).visible_to(viewer)
    return replaced.select_related("page", "superseded_by__page")[:MOST_FATES]
