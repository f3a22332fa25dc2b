"""What happens by rule when reports come in, before a moderator looks: it can be taken back, and stands in the public
log as automatic. Nothing of staff's is touched, and no moderator who has looked is overruled."""

from collections import Counter
from functools import reduce
from operator import or_

from accounts.models import User
from accounts.trust import Level
from moderation.cases import Case
from moderation.deciding import decide_by_rule
from moderation.models import MEANS, Act, Decision, DecisionReason, Outcome, Report, ReportReason
from moderation.weighing import Voice, hides

SHIELD_FROM = 2
"""So many readers say that it gives a work away, unless its author is new: then one. All guests are one reader."""
_HIDDEN = "Hidden by a rule until a moderator looks: several readers have reported it."
_SHIELDED = "Shielded by a rule until a moderator looks: readers say that it gives this away."
_LET_STAND = {Act.KEEP, Act.MEND, Act.RESTORE, Act.UNSHIELD}


def follow_rules(case: Case) -> None:
    """Called with the case's row locked, once another report is written."""
    if case.kind.hides_at is None and case.kind.rescope is None:
        return
    author = User.objects.filter(pk=case.author_id).first()
    if author is None or author.is_staff or author.is_archive or _was_let_stand(case):
        return
    rows = Report.objects.about(case.key, case.thing.pk).filter(outcome=Outcome.OPEN, is_machine=False)
    reports = list(rows.select_related("reporter"))
    declared = case.scope
    scope = given_away(reports, 1 if author.level == Level.NEW else SHIELD_FROM) & ~declared if case.kind.rescope else 0
    if scope:
        decide_by_rule(case, Act.SHIELD, DecisionReason.SPOILER, _SHIELDED, scope)
    left = [report for report in reports if not _is_shielded(report, declared | scope)]
    if case.kind.hides_at is not None and hides(map(_voice, left), case.kind.hides_at):
        decide_by_rule(case, Act.HIDE, _reason(left), _HIDDEN)


def given_away(reports: list[Report], readers: int) -> int:
    """The works that at least so many readers name."""
    named = [(report.reporter_id, report.scope) for report in reports if report.reason == ReportReason.GIVES_AWAY]
    by_reader: dict[int | None, int] = {}
    for reader, scope in named:
        by_reader[reader] = by_reader.get(reader, 0) | scope
    counted = Counter(bit for scope in by_reader.values() for bit in range(scope.bit_length()) if scope >> bit & 1)
    return reduce(or_, (1 << bit for bit, count in counted.items() if count >= readers), 0)


def _is_shielded(report: Report, declared: int) -> bool:
    """Whether a shield has seen to it: it is no cause to hide the thing besides."""
    return report.reason == ReportReason.GIVES_AWAY and report.scope != 0 and not report.scope & ~declared


def _was_let_stand(case: Case) -> bool:
    """Unless a moderator has hidden it since; what else they did with it says nothing against it."""
    looked = Decision.objects.about(case.key, case.thing.pk).filter(is_automatic=False, act__in=[*_LET_STAND, Act.HIDE])
    return looked.values_list("act", flat=True).first() in _LET_STAND


def _voice(report: Report) -> Voice:
    reporter = report.reporter
    return Voice(report.weight, Level(reporter.level) if reporter else None, bool(reporter and reporter.is_staff))


def _reason(reports: list[Report]) -> DecisionReason:
    weights: Counter[str] = Counter()
    for report in reports:
        weights[report.reason] += report.weight
    return MEANS.get(weights.most_common(1)[0][0], DecisionReason.RULES)
