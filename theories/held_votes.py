"""Held votes as moderators meet them: in their queue, and as a case in figures."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Max, Model, QuerySet
from django.urls import reverse

from lore.spoilers import Viewer
from moderation.hooks import CaseKind, Figure, Queue, VoteAct, Waiting, pairs
from moderation.models import Act
from theories.models import NONE, State, Theory, Vote
from theories.voiding import (
    cluster_on,
    count_all_of,
    count_held,
    has_counting,
    has_held,
    has_void,
    has_waiting,
    void_all_of,
    void_held,
)

KEY = "votes"
_IN_QUEUE = 100

CASE = CaseKind(
    "votes on theory",
    find=lambda pk: Theory.objects.exclude(state=State.DRAFT).filter(pk=pk).first(),
    address=lambda theory: theory.shield_href,
    is_public=lambda theory: not theory.is_hidden,
    is_reportable=False,
    is_written=False,
    author_id=lambda theory: None,
    text=lambda theory: theory.claim,
    title=lambda theory, viewer: theory.claim if viewer.sees(theory) else "",
)
ACTS = {
    (KEY, Act.COUNT): VoteAct(has_held, count_held),
    (KEY, Act.VOID): VoteAct(has_waiting, void_held),
    ("fan", Act.COUNT): VoteAct(has_void, count_all_of),
    ("fan", Act.VOID): VoteAct(has_counting, void_all_of),
}


def waiting_votes() -> QuerySet:
    return pairs(_waiting_votes(), KEY, "theory_id")


def votes_held(viewer: Viewer) -> Queue:
    """Votes that stand out, and wait for a look."""
    held = _waiting_votes().order_by().values("theory").annotate(votes=Count("pk"), since=Max("cast_at"))
    rows = list(held.order_by("since", "theory")[:_IN_QUEUE])
    theories = Theory.objects.in_bulk(row["theory"] for row in rows)
    found = [_waiting(viewer, theories[row["theory"]], row["votes"], row["since"]) for row in rows]
    return Queue(KEY, "Held votes", found)


def figures_of_votes(key: str, thing: Model) -> Iterable[Figure]:
    """What waits; when nothing does, what was voided: that can be taken back."""
    if key != KEY:
        return []
    return cluster_on(thing).figures or cluster_on(thing, is_void=True).figures


def _waiting_votes() -> QuerySet:
    return Vote.objects.filter(is_held=True, is_void=False).exclude(value=NONE)


def _waiting(viewer: Viewer, theory: Theory, votes: int, since: datetime) -> Waiting:
    return Waiting(
        name=f"votes on theory {theory.pk}",
        href=reverse("moderation:decide", args=[KEY, theory.pk]),
        title=theory.claim if viewer.sees(theory) else "",
        note=f"{votes} held",
        since=since,
    )
