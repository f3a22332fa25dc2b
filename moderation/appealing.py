"""One appeal against a decision, by whom it concerns, to another moderator."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from moderation.cases import find_case
from moderation.deciding import Overtaken, decide, standing_among
from moderation.models import OPPOSITE, Act, Appeal, Decision, DecisionReason, Outcome
from moderation.permissions import require_moderator, why_no_judge_of
from moderation.telling import tell_of_judgement

WITHIN = timedelta(days=14)
_REPLACED = {Act.HIDE, Act.LOCK, Act.SLOW, Act.SUSPEND}
"""Of these the latest counts. Others stand beside one another."""


def appeals_until(decision: Decision) -> datetime:
    return decision.created_at + WITHIN


def why_no_appeal(decision: Decision) -> str:
    """The sentence that says why nobody can appeal against it now; empty when whom it concerns may."""
    if decision.concerns_id is None or decision.act not in OPPOSITE:
        return "There is nothing to appeal against in this."
    if Appeal.objects.filter(decision=decision).exists():
        return "You have appealed against this already."
    if timezone.now() > appeals_until(decision):
        return f"The time to appeal was over after {WITHIN.days} days."
    standing = _standing(decision)
    if standing is None:
        return "It has been taken back already."
    if standing.pk != decision.pk and decision.act in _REPLACED:
        return "A later decision stands in its place: that is the one to appeal against."
    return ""


def appeal(decision: Decision, words: str) -> Appeal:
    """In the name of whom the decision concerns: the caller has made sure of that."""
    refusal = why_no_appeal(decision)
    if refusal:
        raise ValidationError(refusal)
    made = Appeal(decision=decision, fan=decision.concerns, words=words.strip(), made_at=timezone.now())
    made.full_clean(validate_constraints=False, validate_unique=False)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as problem:
        raise ValidationError("You have appealed against this already.") from problem
    return made


def _standing(decision: Decision) -> Decision | None:
    """That by which what it did still stands."""
    return standing_among(list(Decision.objects.about(*decision.about)), Act(decision.act))


def _is_same_matter(decision: Decision) -> bool:
    """Whether what it did still stands, and not by a later decision after it had been taken back or had run out."""
    acts = [decision.act, OPPOSITE[Act(decision.act)]]
    later = list(Decision.objects.about(*decision.about).filter(act__in=acts, pk__gt=decision.pk))
    is_over = decision.until and any(row.created_at >= decision.until for row in later)
    return not is_over and all(row.act == decision.act for row in later)


def open_appeals() -> QuerySet[Appeal]:
    return Appeal.objects.filter(judged_at=None).select_related("decision", "fan")


def why_no_judge(moderator: User, made: Appeal) -> str:
    if made.decision.moderator_id == moderator.pk:
        return "This was your decision: another moderator judges the appeal."
    if made.fan_id == moderator.pk:
        return "This is your appeal: another moderator judges it."
    standing = _standing(made.decision)
    if standing and standing.moderator_id == moderator.pk and made.decision.act in _REPLACED:
        return "You have decided about this since: another moderator judges the appeal."
    case = find_case(*made.decision.about)
    return why_no_judge_of(moderator, case) if case else ""


def judge(moderator: User, appeal_id: int, *, is_granted: bool, answer: str) -> Appeal:
    """Granting takes the decision back, by a decision that answers it. Raises Overtaken when it is judged already."""
    require_moderator(moderator)
    if not answer.strip():
        raise ValidationError({"answer": "Say why, in a sentence."})
    with transaction.atomic():
        made = Appeal.objects.select_for_update(of=("self",)).select_related("decision", "fan").get(pk=appeal_id)
        refusal = why_no_judge(moderator, made)
        if refusal:
            raise PermissionDenied(refusal)
        if made.judged_at:
            raise Overtaken("Another moderator has judged this appeal meanwhile.")
        made.judge, made.judged_at, made.is_granted, made.answer = moderator, timezone.now(), is_granted, answer.strip()
        made.full_clean(validate_constraints=False)
        made.save(update_fields=["judge", "judged_at", "is_granted", "answer"])
        if is_granted:
            _take_back(moderator, made)
        tell_of_judgement(made)
    return made


def _take_back(moderator: User, made: Appeal) -> None:
    """Where the thing is gone, or stands as it was already, only who reported it was not right."""
    decision = made.decision
    if find_case(*decision.about) is None or not _is_same_matter(decision):
        decision.answered_reports.filter(outcome=Outcome.AGREED).update(outcome=Outcome.DECLINED)
        return
    opposite, reason = OPPOSITE[Act(decision.act)], DecisionReason.MISTAKE
    decide(moderator, *decision.about, opposite, reason, made.answer, despite_claim=True, answers=decision)
