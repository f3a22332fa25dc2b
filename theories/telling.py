"""Who hears of what happens to a theory. Called within the transaction of what happened."""

from collections.abc import Iterable

from accounts.following import FAN, TAG, THEORY, followers, is_followed
from accounts.models import Notice
from accounts.notifying import forget, notify, notify_each
from lore.models import Claim
from lore.telling import who_have_seen
from theories.models import Clarification, Comment, Forecast, Leaning, Proposal, Theory, TurnTaken, Vote
from theories.states import UNRESOLVED, Turn

_PARTS = (Turn.PROPOSE, Turn.SECOND, Turn.OBJECT, Turn.APPEAL)
_ABOUT_COMMENTS = ("mention", "reply", "talk")
_KINDS = {Turn.OBJECT: "objected", Turn.REJECT: "set_aside", Turn.UPHOLD: "resolved"}

MILESTONES = (10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000)


def tell_of_comment(comment: Comment, mentioned: Iterable[int], answered: Comment | None = None) -> None:
    """Those it names, and whoever it answers: each of them once. `answered` is not always its parent: threads are only
    so deep. Without one the theory's author is answered."""
    writer = answered.author_id if answered else comment.theory.author_id
    kinds = {writer: "reply"} | dict.fromkeys(mentioned, "mention")
    notify_each(kinds, comment.pk, actor=comment.author, together=_line_of(comment.theory_id))


def tell_of_names(comment: Comment, mentioned: Iterable[int]) -> None:
    notify(mentioned, "mention", comment.pk, actor=comment.author, together=_line_of(comment.theory_id))


def tell_of_talk(comment: Comment) -> None:
    """Those who follow the theory, unless they have heard of this comment otherwise, or have muted a tag that it
    bears. What becomes of a theory that one backed is told under a muted tag, too."""
    tags = comment.theory.tags.values_list("pk", flat=True)
    heard = Notice.objects.filter(kind__in=["reply", "mention"], object_id=comment.pk).values_list("fan", flat=True)
    fans, together = followers(THEORY, [comment.theory_id]) - set(heard), _line_of(comment.theory_id)
    notify(fans, "talk", comment.pk, actor=comment.author, together=together, tags=tags)


def has_audience(theory: Theory) -> bool:
    """Whether anybody may want to hear that it was posted."""
    tags = theory.tags.values_list("pk", flat=True)
    return is_followed(FAN, theory.author_id) or is_followed(TAG, *tags)


def tell_of_posting(theory: Theory) -> None:
    """Those who follow its author, or a tag that it bears, and have seen what it gives away: that there is one behind
    the shield would tell whose it is, or what it is about."""
    tags = list(theory.tags.all())
    found = who_have_seen(followers(FAN, [theory.author_id]), theory.scope)
    for tag in tags:
        found |= who_have_seen(followers(TAG, [tag.pk]), theory.scope | tag.scope)
    if theory.succeeds_id:
        found -= _told_of_successor(theory)
    notify(found, "posted", theory.pk, actor=theory.author, tags=[tag.pk for tag in tags])


def tell_of_milestone(theory: Theory, what: str, before: int, after: int) -> None:
    """Its author, when votes or forecasts (`what`) reach a round number; each of them once."""
    reached = [number for number in MILESTONES if before < number <= after]
    if reached:
        notify([theory.author_id], "milestone", theory.pk, key=f"{what}-{reached[-1]}")


def tell_no_more_of_comment(comment: Comment) -> None:
    """Its writer has taken it back."""
    forget(_ABOUT_COMMENTS, comment.pk)


def tell_of_successor(theory: Theory) -> None:
    notify(interested(theory.succeeds), "successor", theory.pk, actor=theory.author)


def tell_of_clarification(clarification: Clarification) -> None:
    theory = clarification.theory
    key, together = str(clarification.pk), _line_of(theory.pk)
    notify(interested(theory), "clarified", theory.pk, actor=theory.author, key=key, together=together)


def tell_of_proposal(proposal: Proposal) -> None:
    fans, key, together = concerned(proposal.theory), str(proposal.pk), _line_of(proposal.theory_id)
    notify(fans, "proposed", proposal.theory_id, actor=proposal.fan, key=key, together=together)


def tell_of_resolution(theory: Theory, turn: TurnTaken) -> None:
    """Whenever an outcome is settled, changed or undone: those who took their forecast back, too, for what they said is
    scored for as long as it stood."""
    forecast = Forecast.objects.filter(theory=theory, is_void=False).order_by().values_list("fan_id", flat=True)
    fans = concerned(theory) | involved(theory) | set(forecast.distinct())
    notify(fans, "resolved", theory.pk, actor=turn.actor, key=str(turn.pk))


def tell_of_turn(theory: Theory, turn: TurnTaken) -> None:
    """Those who have a part in it: of an objection to what they proposed or seconded, that it is set aside, that an
    outcome is upheld."""
    fans = involved(theory) | {theory.author_id} if turn.turn == Turn.UPHOLD else involved(theory, turn.proposal)
    kind, together = _KINDS[Turn(turn.turn)], _line_of(theory.pk) if turn.turn == Turn.OBJECT else ""
    notify(fans, kind, theory.pk, actor=turn.actor, key=str(turn.pk), together=together)


def tell_of_mark(theory: Theory, turn: TurnTaken) -> None:
    """Its author, when a moderator has marked it as a duplicate, or as one no longer."""
    kind = "marked" if theory.duplicate_of_id else "unmarked"
    notify([theory.author_id], kind, theory.pk, actor=turn.actor, key=str(turn.pk))


def tell_of_broken_premise(claim: Claim) -> None:
    """Of every theory that may yet be resolved and rests on this claim, which does not hold any more. Each theory's in
    a transaction of its own: together they would hold fans out of order (`counting.lock`)."""
    key = f"{claim.pk}-{claim.status}-{claim.superseded_by_id or ''}"
    cited = {"citations__claim": claim, "citations__leaning": Leaning.SUPPORT}
    resting = Theory.objects.listed().filter(state__in=UNRESOLVED, **cited)
    for theory in list(resting.only("author_id")):
        notify(concerned(theory), "premise", theory.pk, key=key, together=_line_of(theory.pk))


def backers(theory: Theory) -> set[int]:
    """Those who voted on it or forecast it; what they said stays theirs."""
    voted = Vote.objects.standing().filter(theory=theory).values_list("fan_id", flat=True)
    forecast = Forecast.objects.standing().filter(theory=theory).values_list("fan_id", flat=True)
    return {*voted, *forecast}


def interested(theory: Theory) -> set[int]:
    return backers(theory) | followers(THEORY, [theory.pk])


def involved(theory: Theory, proposal: Proposal | None = None) -> set[int]:
    """Those who proposed, seconded, objected or appealed; where a proposal is named, about that one."""
    turns = theory.turns.filter(turn__in=_PARTS, actor__isnull=False)
    turns = turns.filter(proposal=proposal) if proposal else turns
    return set(turns.values_list("actor_id", flat=True))


def concerned(theory: Theory) -> set[int]:
    return interested(theory) | {theory.author_id}


def _told_of_successor(theory: Theory) -> set[int]:
    rows = Notice.objects.filter(kind="successor", object_id=theory.pk)
    return set(rows.values_list("fan", flat=True))


def _line_of(theory_id: int) -> str:
    """What its notices of one kind are told together by."""
    return f"theory-{theory_id}"
