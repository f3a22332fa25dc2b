"""Who hears of what happens to a theory. Called within the transaction of what happened."""

from collections.abc import Iterable

from accounts.notifying import notify
from lore.models import Claim
from theories.models import Clarification, Comment, Forecast, Leaning, Proposal, Theory, TurnTaken, Vote
from theories.states import UNRESOLVED


def tell_of_comment(comment: Comment, mentioned: Iterable[int], answered: Comment | None = None) -> None:
    """Those it names, and whoever it answers: each of them once. `answered` is not always its parent: threads are only
    so deep. Without one the theory's author is answered."""
    named = set(mentioned)
    tell_of_names(comment, named)
    writer = answered.author_id if answered else comment.theory.author_id
    notify({writer} - named, "reply", comment.pk, actor=comment.author)


def tell_of_names(comment: Comment, mentioned: Iterable[int]) -> None:
    notify(mentioned, "mention", comment.pk, actor=comment.author)


def tell_of_successor(theory: Theory) -> None:
    notify(backers(theory.succeeds), "successor", theory.pk, actor=theory.author)


def tell_of_clarification(clarification: Clarification) -> None:
    theory = clarification.theory
    notify(backers(theory), "clarified", theory.pk, actor=theory.author, key=str(clarification.pk))


def tell_of_proposal(proposal: Proposal) -> None:
    notify(concerned(proposal.theory), "proposed", proposal.theory_id, actor=proposal.fan, key=str(proposal.pk))


def tell_of_resolution(theory: Theory, turn: TurnTaken) -> None:
    """Whenever an outcome is settled, changed or undone."""
    notify(concerned(theory), "resolved", theory.pk, actor=turn.actor, key=str(turn.pk))


def tell_of_broken_premise(claim: Claim) -> None:
    """Of every theory that may yet be resolved and rests on this claim, which does not hold any more."""
    key = f"{claim.pk}-{claim.status}-{claim.superseded_by_id or ''}"
    cited = {"citations__claim": claim, "citations__leaning": Leaning.SUPPORT}
    resting = Theory.objects.listed().filter(state__in=UNRESOLVED, **cited)
    for theory in resting.iterator(chunk_size=500):
        notify(concerned(theory), "premise", theory.pk, key=key)


def backers(theory: Theory) -> set[int]:
    """Those who voted on it or forecast it; what they said stays theirs."""
    voted = Vote.objects.standing().filter(theory=theory).values_list("fan_id", flat=True)
    forecast = Forecast.objects.standing().filter(theory=theory).values_list("fan_id", flat=True)
    return {*voted, *forecast}


def concerned(theory: Theory) -> set[int]:
    return backers(theory) | {theory.author_id}
