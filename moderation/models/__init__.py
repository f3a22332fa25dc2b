from moderation.models.cases import Appeal, CaseClaim
from moderation.models.decisions import ANSWERS, FLAGS, LONGEST_WAIT, MEANS, OPPOSITE, Act, Decision, DecisionReason
from moderation.models.reports import Moderated, Outcome, Report, ReportReason

__all__ = [
    "ANSWERS",
    "FLAGS",
    "LONGEST_WAIT",
    "MEANS",
    "OPPOSITE",
    "Act",
    "Appeal",
    "CaseClaim",
    "Decision",
    "DecisionReason",
    "Moderated",
    "Outcome",
    "Report",
    "ReportReason",
]
