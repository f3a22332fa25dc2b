"""Those whom a decision concerns hear of it: whose thing it is, and who reported it. Within the decision's transaction.

Notices hold no words (`moderation.notices` finds them when they are read). What takes somebody's words or rights away
comes by mail besides, whatever they have chosen: it quotes what is theirs, and says how to appeal."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.text import Truncator

from accounts.models import User
from accounts.notifying import notify
from ballerina_site.http import canonical
from moderation.addressing import appeal_address
from moderation.cases import Case
from moderation.models import Act, Appeal, Decision

_QUOTED = 300
_UNTOLD = {Act.KEEP, Act.MEND, Act.COUNT}
_MAILED = {Act.HIDE, Act.WARN, Act.SUSPEND, Act.UNSUSPEND, Act.VOID}


def tell_author(case: Case, decision: Decision) -> None:
    """What takes a decision back on appeal is told by the judgement."""
    if decision.concerns_id is None or decision.answers_id or decision.act in _UNTOLD:
        return
    fan = User.objects.get(pk=decision.concerns_id)
    if fan.is_gone or fan.is_archive:
        return
    notify([fan.pk], "decision", decision.pk)
    if decision.act in _MAILED:
        context = {"decision": decision, "about": "your account", "appeal_href": canonical(appeal_address(decision))}
        if not isinstance(case.thing, User):
            context["about"] = f"your {case.name}"
            context["own_words"] = Truncator(" ".join(case.text.split())).chars(_QUOTED)
        _mail(fan, f"A decision about {context['about']}", "moderation/email/decided.txt", context)


def tell_reporters(decision: Decision, fan_ids: Iterable[int]) -> None:
    notify(fan_ids, "report", decision.pk)


def tell_of_judgement(appeal: Appeal) -> None:
    """By mail too: who is suspended has no inbox."""
    notify([appeal.fan_id], "appeal", appeal.pk)
    _mail(appeal.fan, "Your appeal", "moderation/email/judged.txt", {"appeal": appeal, "decision": appeal.decision})


def _mail(fan: User, subject: str, template: str, context: dict[str, object]) -> None:
    address = EmailAddress.objects.filter(user=fan, primary=True, verified=True).first()
    if address:
        words = {**context, "fan": fan, "site_url": canonical("")}
        send_mail(subject, render_to_string(template, words).strip() + "\n", None, [address.email])
