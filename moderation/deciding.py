from datetime import datetime
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.suspending import hold
from moderation.carrying_out import carry_out
from moderation.cases import Case, find_case
from moderation.claiming import require_unclaimed, set_free
from moderation.models import (
    ANSWERS,
    LONGEST_WAIT,
    MEANS,
    OPPOSITE,
    Act,
    Decision,
    DecisionReason,
    Outcome,
    Report,
    ReportReason,
)
from moderation.permissions import require_judge_of, require_moderator
from moderation.telling import tell_author, tell_reporters

_SAY_IT_WAS_WRONG = {DecisionReason.MISTAKE, DecisionReason.WITHIN}
_OF_ALL_THEY_JUDGED = {Act.SUSPEND, Act.UNSUSPEND, Act.VOID, Act.COUNT}
"""What they voted on is locked before their own row, as voters do."""


class Overtaken(ValidationError):
    """Somebody else decided first: the thing stands as asked already, or not as the moderator saw it."""


class Terms(TypedDict, total=False):
    """`seen` is the id of the latest decision that the moderator knew of (0: none). `minutes` are those that slow mode
    lays between two comments; `until` ends a suspension (None: for good); `scope` are the works that a shield adds.
    `despite_claim`: another moderator's claim is known, and does not keep this one. `answers`: the decision that is
    taken back on appeal."""

    seen: int | None
    minutes: int | None
    until: datetime | None
    scope: int
    despite_claim: bool
    answers: Decision | None


def decide(
    moderator: User, kind: str, object_id: int, act: str, reason: str, words: str, **terms: Unpack[Terms]
) -> Decision:
    """Does `act` to a thing, for a reason that everybody can read; its open reports are answered, its author told.

    A newer decision than `seen` is Overtaken, another moderator's claim ClaimedByAnother.
    """
    require_moderator(moderator)
    decision = Decision(
        moderator=moderator, kind=kind, object_id=object_id, act=act, reason=reason, words=words.strip()
    )
    decision.full_clean(validate_constraints=False)
    with transaction.atomic():
        case = locked_case(kind, object_id, Act(act))
        require_judge_of(moderator, case)
        if not terms.get("despite_claim"):
            require_unclaimed(moderator, kind, object_id)
        decision.answers, decision.until = terms.get("answers"), terms.get("until")
        decision.scope = terms.get("scope", 0) & ~case.scope
        _check(case, decision, terms.get("seen"), terms.get("minutes"))
        _settle(case, decision, terms.get("minutes"))
        set_free(kind, object_id)
    return decision


def decide_by_rule(case: Case, act: Act, reason: DecisionReason, words: str, scope: int = 0) -> Decision:
    """What a rule does before a moderator looks, with the archive as its speaker. Reports stay open. Called with the
    case's row locked, within the transaction of what set the rule off."""
    decision = Decision(
        moderator=User.objects.archive(),
        kind=case.key,
        object_id=case.thing.pk,
        act=act,
        reason=reason,
        words=words,
        scope=scope & ~case.scope,
        is_automatic=True,
    )
    _settle(case, decision, None)
    return decision


def record(moderator: User, kind: str, object_id: int, act: Act, reason: DecisionReason, words: str) -> Decision:
    """Puts into the public log what a moderator does elsewhere. Called within the transaction of what is done."""
    require_moderator(moderator)
    decision = Decision(moderator=moderator, kind=kind, object_id=object_id, act=act, reason=reason, words=words)
    decision.full_clean(validate_constraints=False)
    decision.save(force_insert=True)
    return decision


def latest_decision(kind: str, object_id: int) -> Decision | None:
    return Decision.objects.about(kind, object_id).first()


def last_hidden(kind: str, object_id: int) -> datetime | None:
    """When; whether or not it has been restored since."""
    hidings = Decision.objects.about(kind, object_id).filter(act=Act.HIDE)
    return hidings.values_list("created_at", flat=True).first()


def is_marked_by_moderator(kind: str, object_id: int) -> bool:
    """As a duplicate, and not as one no longer."""
    turns = Decision.objects.about(kind, object_id).filter(act__in=[Act.MARK, Act.UNMARK])
    return turns.values_list("act", flat=True).first() == Act.MARK


def acts_left(case: Case, decisions: list[Decision]) -> list[Act]:
    """Those that would change something as things stand. `decisions`: all about it, newest first."""
    return [act for act in case.acts if not _changes_nothing(case, act, decisions)]


def standing_among(decisions: list[Decision], act: Act) -> Decision | None:
    """The decision by which this act still stands, among all about the thing, newest first."""
    turns = (decision for decision in decisions if decision.act in {act, OPPOSITE.get(act)})
    latest = next(turns, None)
    return latest if latest and latest.act == act else None


def ruled(decisions: list[Decision]) -> list[Act]:
    """What a rule did and no moderator has confirmed or taken back yet. `decisions`: all about it, newest first."""
    return [act for act in (Act.HIDE, Act.SHIELD) if _by_rule(decisions, act)]


def locked_case(kind: str, object_id: int, act: Act = Act.KEEP) -> Case:
    """The case with its row locked until the transaction ends, though not against what only points to it: a reply
    holds the theory that hiding its comment waits for. SQLite has locked the whole file by now."""
    case = find_case(kind, object_id)
    if case and isinstance(case.thing, User) and act in _OF_ALL_THEY_JUDGED:
        hold(case.thing)
    if case:
        list(type(case.thing)._base_manager.select_for_update(no_key=True).filter(pk=case.thing.pk).values_list("pk"))
        case = find_case(kind, object_id)  # as it stands now that nobody else changes it
    if case is None:
        raise ValidationError("What you want to decide about is not there any more.")
    return case


def _check(case: Case, asked: Decision, seen: int | None, minutes: int | None) -> None:
    act = Act(asked.act)
    if act not in case.acts:
        raise ValidationError({"act": "That cannot be done to things of this kind."})
    if act == Act.SLOW and not 1 <= (minutes or 0) <= LONGEST_WAIT:
        raise ValidationError({"minutes": f"Say how many minutes: from 1 to {LONGEST_WAIT:,}."})
    if act == Act.SUSPEND and asked.until and asked.until <= timezone.now():
        raise ValidationError({"until": "That lies in the past."})
    decisions = list(Decision.objects.about(*asked.about))
    if seen is not None and decisions and decisions[0].pk > seen:
        raise Overtaken("Another moderator decided about this meanwhile. What they did, and why, stands above.")
    is_taken_back = asked.answers is not None  # on appeal: also what time has ended meanwhile
    if (_changes_nothing(case, act, decisions) and not is_taken_back) or case.lasts(act, minutes, asked.until):
        raise Overtaken(f"“{act.done}” is how it stands already: nothing was changed.")
    if act == Act.SHIELD and not asked.scope and not _by_rule(decisions, act):
        raise ValidationError({"scope": "Tick the works that it gives away and that are not ticked there yet."})


def _changes_nothing(case: Case, act: Act, decisions: list[Decision]) -> bool:
    """What a rule did, a moderator confirms or takes back: to leave it as it is would be neither."""
    if act in {Act.UNSHIELD, Act.UNWARN}:
        of = Act.SHIELD if act == Act.UNSHIELD else Act.WARN
        return standing_among(decisions, of) is None
    if act in {Act.KEEP, Act.MEND} and _by_rule(decisions, Act.SHIELD):
        return True
    return case.stands_as(act) and not _by_rule(decisions, act)


def _by_rule(decisions: list[Decision], act: Act) -> bool:
    standing = standing_among(decisions, act) if act in OPPOSITE else None
    return standing is not None and standing.is_automatic


def _settle(case: Case, decision: Decision, minutes: int | None) -> None:
    decision.concerns_id = case.author_id
    decision.save(force_insert=True)
    carry_out(case, decision, minutes)
    if not decision.is_automatic:
        _answer_reports(case, decision)
    tell_author(case, decision)


def _answer_reports(case: Case, decision: Decision) -> None:
    """The open ones; and those again that were answered otherwise, where this says that the answer was wrong."""
    about, outcome = Report.objects.about(*decision.about), ANSWERS.get(Act(decision.act))
    decisions = list(Decision.objects.about(*decision.about))
    answers: dict[int, Outcome] = {}
    if outcome:
        answers |= dict.fromkeys(_ids(_open_to(about, decision, decisions)), outcome)
    if decision.reason in _SAY_IT_WAS_WRONG:
        undone = about.filter(decision__in=_undone(decision, decisions), outcome=Outcome.AGREED)
        answers |= dict.fromkeys(_ids(undone), Outcome.DECLINED)
    if outcome == Outcome.AGREED and case.kind.is_written:  # what is said of a fan may be true another time alone
        meant = [reason for reason, means in MEANS.items() if means == decision.reason]
        answers |= dict.fromkeys(_ids(about.filter(outcome=Outcome.DECLINED, reason__in=meant)), outcome)
    _answer(answers, decision)


def _open_to(reports: QuerySet[Report], decision: Decision, decisions: list[Decision]) -> QuerySet[Report]:
    """Those that this decision answers. What made a rule do something else waits until that is decided as well: else
    nobody would look at it again."""
    left, waiting = ruled(decisions), reports.filter(closed_at=None)
    if Act.HIDE in left and decision.act != Act.RESTORE:
        waiting = waiting.filter(reason=ReportReason.GIVES_AWAY)
    if Act.SHIELD in left and decision.act != Act.HIDE:
        waiting = waiting.exclude(reason=ReportReason.GIVES_AWAY)
    return waiting


def _undone(decision: Decision, decisions: list[Decision]) -> list[int]:
    """The decisions that this one takes back: since the like was done last."""
    acts = [act for act, back in OPPOSITE.items() if back == decision.act]
    since = next((row.pk for row in decisions if row.act == decision.act and row.pk < decision.pk), 0)
    return [row.pk for row in decisions if row.act in acts and since < row.pk < decision.pk]


def _ids(reports: QuerySet[Report]) -> list[int]:
    return list(reports.values_list("pk", flat=True))


def _answer(answers: dict[int, Outcome], decision: Decision) -> None:
    """By the ids of reports. Their makers hear of it in one call, as `notify_each` wants."""
    now = timezone.now()
    for outcome in set(answers.values()):
        rows = Report.objects.filter(pk__in=[pk for pk, answer in answers.items() if answer == outcome])
        rows.update(closed_at=now, outcome=outcome, decision=decision)
    if answers:
        reporters = Report.objects.filter(pk__in=answers).exclude(reporter=None).order_by()
        tell_reporters(decision, reporters.values_list("reporter_id", flat=True))
