from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from moderation.cases import find_case
from moderation.models import Report, ReportReason


class AlreadyReported(ValidationError):
    def __init__(self) -> None:
        super().__init__("You have reported this already. A moderator will read it.")


def report(kind: str, object_id: int, reporter: User | None, reason: str, words: str) -> Report:
    """A reader's complaint; `reporter` is None for a guest. Once per person and thing: AlreadyReported."""
    case = find_case(kind, object_id)
    if case is None or not case.is_public:
        raise ValidationError("What you want to report is not there any more.")
    if reason == ReportReason.OTHER and not words.strip():
        raise ValidationError({"words": "Say in a few words what is wrong."})
    made = Report(reporter=reporter, kind=kind, object_id=object_id, reason=reason, words=words.strip())
    made.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as problem:
        raise AlreadyReported from problem
    return made
