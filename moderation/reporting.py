from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from moderation import weighing
from moderation.cases import Case
from moderation.deciding import locked_case
from moderation.models import Outcome, Report, ReportReason
from moderation.ruling import follow_rules

_LONGEST_MARK = Report._meta.get_field("words").max_length


class AlreadyReported(ValidationError):
    def __init__(self) -> None:
        super().__init__("You have reported this already. A moderator will read it.")


def report(kind: str, object_id: int, reporter: User | None, reason: str, words: str, *, scope: int = 0) -> Report:
    """A reader's complaint; `reporter` is None for a guest, `scope` the works that it gives away, as they say. Once
    per person and thing: AlreadyReported. Enough of them hide or shield the thing (`moderation.ruling`)."""
    if reason == ReportReason.OTHER and not words.strip():
        raise ValidationError({"words": "Say in a few words what is wrong."})
    made = Report(reporter=reporter, kind=kind, object_id=object_id, reason=reason, words=words.strip())
    made.scope = scope if reason == ReportReason.GIVES_AWAY else 0
    made.weight = weight_of(reporter)
    made.full_clean(validate_constraints=False)
    with transaction.atomic():
        case = _reportable(kind, object_id)
        _save(made)
        follow_rules(case)
    return made


def reported_by(kind: str, object_id: int, reporter: User) -> Report | None:
    return Report.objects.about(kind, object_id).filter(reporter=reporter).first()


def mark_for_look(kind: str, object_id: int, words: str, reason: ReportReason = ReportReason.SPAM) -> None:
    """By a rule: nobody complained, and nothing is hidden for it. Once while it is open; more words are added."""
    about = {"kind": kind, "object_id": object_id, "is_machine": True, "outcome": Outcome.OPEN}
    defaults = {"reason": reason, "words": words, "weight": weighing.MACHINE}
    made, is_new = Report.objects.get_or_create(**about, defaults=defaults)
    if not is_new and words not in made.words:
        made.words = f"{made.words} {words}"[:_LONGEST_MARK]
        made.save(update_fields=["words"])


def close_gone(kind: str, object_id: int) -> None:
    """Its author has taken it back: nobody was right or wrong. Called with the thing's row locked."""
    about = Report.objects.about(kind, object_id).filter(closed_at=None)
    about.update(closed_at=timezone.now(), outcome=Outcome.GONE)


def weight_of(reporter: User | None) -> float:
    if reporter is None:
        return weighing.weight(None)
    decided = Count("pk", filter=Q(outcome__in=[Outcome.AGREED, Outcome.DECLINED]))
    agreed = Count("pk", filter=Q(outcome=Outcome.AGREED))
    history = Report.objects.filter(reporter=reporter).order_by().aggregate(agreed=agreed, decided=decided)
    return weighing.weight(reporter.level, is_staff=reporter.is_staff, **history)


def _reportable(kind: str, object_id: int) -> Case:
    """Locked, so that it is not taken away while it is reported."""
    gone = "What you want to report is not there any more."
    try:
        case = locked_case(kind, object_id)
    except ValidationError as problem:
        raise ValidationError(gone) from problem
    if not case.is_public or not case.kind.is_reportable:
        raise ValidationError(gone)
    return case


def _save(made: Report) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as problem:
        raise AlreadyReported from problem
