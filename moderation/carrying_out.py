"""What each act does to the thing, its row locked by the caller and the decision in the log already: what follows may
ask it."""

from functools import reduce
from operator import or_

from accounts.suspending import reopen, suspend
from moderation.cases import Case
from moderation.hooks import vote_acts
from moderation.models import FLAGS, Act, Decision


def carry_out(case: Case, decision: Decision, minutes: int | None) -> None:
    act = Act(decision.act)
    if (case.key, act) in vote_acts:
        vote_acts[case.key, act].act(case.thing)
    elif act in FLAGS:
        _flip(case, act, minutes)
    elif act in {Act.SHIELD, Act.UNSHIELD}:
        _rescope(case, decision)
    elif act == Act.SUSPEND:
        suspend(case.thing, decision.until)
    elif act == Act.UNSUSPEND:
        reopen(case.thing)


def _flip(case: Case, act: Act, minutes: int | None) -> None:
    flag, value = FLAGS[act]
    setattr(case.thing, flag, minutes if value is None else value)
    case.thing.save(update_fields=[flag])
    if case.kind.after:
        case.kind.after(case.thing)


def _rescope(case: Case, decision: Decision) -> None:
    is_more = decision.act == Act.SHIELD
    wanted = case.scope | decision.scope if is_more else case.scope & ~_added(decision)
    if case.kind.rescope and wanted != case.scope:
        case.kind.rescope(case.thing, wanted)


def _added(unshield: Decision) -> int:
    """The works that shields have added since they were last taken back."""
    decisions = Decision.objects.about(*unshield.about).exclude(pk=unshield.pk)
    last = decisions.filter(act=Act.UNSHIELD).values_list("pk", flat=True).first() or 0
    return reduce(or_, decisions.filter(act=Act.SHIELD, pk__gt=last).values_list("scope", flat=True), 0)
