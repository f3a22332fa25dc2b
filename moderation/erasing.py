"""What house rules have about somebody who leaves: their name goes from it, and the log keeps what was decided."""

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Departure, User
from accounts.unnaming import Traces, fitting, unname, write_anew
from moderation.cases import find_case
from moderation.models import Appeal, CaseClaim, Decision, Outcome, Report
from moderation.reporting import close_gone


def erase(fan: User, posts: str) -> None:
    traces = Traces.of(fan)
    with transaction.atomic():
        CaseClaim.objects.filter(moderator=fan).delete()
        Decision.objects.filter(moderator=fan).update(moderator=None)
        _forget_reports(fan, posts)
        _forget_appeals(fan)
        unname(Report, traces, "words")
        unname(Appeal, traces, "words", "answer")
        _unname_decisions(Decision.objects.all(), traces)
        about = Traces.in_words_about(fan)
        _unname_decisions(Decision.objects.filter(concerns=fan), about)
        _unname_reports(fan, about)


def _forget_reports(fan: User, posts: str) -> None:
    """Those that nobody has looked at yet keep their words, for whoever is to look. What others said of them goes."""
    own = Report.objects.filter(reporter=fan)
    (own.exclude(outcome=Outcome.OPEN) if posts == Departure.Posts.ANONYMISE else own).update(words="")
    own.update(reporter=None)
    about = Report.objects.about("fan", fan.pk)
    close_gone("fan", fan.pk)
    about.update(words="")


def _forget_appeals(fan: User) -> None:
    """There is nobody left to hear how an open one ends."""
    Appeal.objects.filter(fan=fan, judged_at=None).delete()
    Appeal.objects.filter(fan=fan).update(words="", answer="")
    Appeal.objects.filter(judge=fan).update(judge=None)


def _unname_reports(fan: User, about: Traces) -> None:
    """Those about what they wrote."""
    for report in about.in_rows(Report, "words"):
        case = find_case(report.kind, report.object_id)
        if case and case.author_id == fan.pk:
            Report.objects.filter(pk=report.pk).update(words=fitting(report, "words", about))


def _unname_decisions(decisions: QuerySet, traces: Traces) -> None:
    """The public log keeps the decision without the name."""
    for decision in traces.in_rows(decisions, "words"):
        words = fitting(decision, "words", traces)
        if words != decision.words:
            decision.words = words
            write_anew(decision)
