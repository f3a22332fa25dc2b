"""What theories do outside of requests."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.tasks import task
from django.utils.module_loading import import_string

from lore.models import Claim
from theories.counting import recount_in_batches
from theories.models import Comment, Proposal, Theory, Turn
from theories.telling import (
    tell_of_broken_premise,
    tell_of_posting,
    tell_of_proposal,
    tell_of_resolution,
    tell_of_talk,
)

_TOLD = (Turn.SETTLE, Turn.DECIDE, Turn.OVERTURN, Turn.UNDO)


@task
def follow_resolution(theory_id: int) -> None:
    """After an outcome was settled, decided, changed or undone: scores, standings, badges, notices. Twice is no
    different from once."""
    follow(theory_id)


@task
def follow_proposal(proposal_id: int) -> None:
    """Tells all whom it concerns of a proposed outcome, unless it has been taken back meanwhile."""
    with transaction.atomic():
        proposal = Proposal.objects.select_related("theory", "fan").filter(pk=proposal_id, ended_at=None).first()
        if proposal:
            tell_of_proposal(proposal)


@task
def follow_claim(claim_id: int) -> None:
    """Tells all whom it concerns that a claim no longer stands, unless it does again."""
    claim = Claim.objects.filter(pk=claim_id).first()
    if claim and claim.is_fallen:
        tell_of_broken_premise(claim)


@task
def follow_posting(theory_id: int) -> None:
    """Tells those who follow its author or its tags, unless it is gone again."""
    with transaction.atomic():
        theory = Theory.objects.in_lists().select_related("author").filter(pk=theory_id).first()
        if theory:
            tell_of_posting(theory)


@task
def follow_comment(comment_id: int) -> None:
    """Tells those who follow its theory, unless it is gone again."""
    with transaction.atomic():
        rows = Comment.objects.standing().select_related("theory", "author")
        comment = rows.filter(pk=comment_id, theory__is_hidden=False).first()
        if comment:
            tell_of_talk(comment)


def follow_voided(theory_ids: Iterable[int]) -> None:
    """After votes or forecasts on these theories were voided, or count again: within that transaction. Counts and
    crowds follow at once; what is resolved is scored anew, and all whom it concerns stood anew, on commit."""
    ids = sorted(set(theory_ids))
    recount_in_batches(ids)
    resolved = Theory.objects.settled().filter(pk__in=ids).order_by("pk")
    for pk in resolved.values_list("pk", flat=True):
        transaction.on_commit(partial(follow_resolution.enqueue, pk))


def follow(theory_id: int) -> None:
    # Named, not imported: what they do begins with holding the theory, and whoever holds it may enqueue this.
    fans = import_string("theories.scoring_rows.score_theory")(theory_id)
    import_string("theories.scoring_rows.restand")(fans)
    import_string("theories.badges.grant_for")(theory_id)
    _tell(theory_id)


def _tell(theory_id: int) -> None:
    with transaction.atomic():
        theory = Theory.objects.get(pk=theory_id)
        turn = theory.turns.filter(turn__in=_TOLD).select_related("actor").order_by("-id").first()
        if turn:
            tell_of_resolution(theory, turn)
