"""Where decisions are read and appealed against. The address of an appeal is signed: whoever is suspended cannot sign
in, and nobody else finds it."""

from django.core import signing
from django.urls import reverse

from moderation.models import Decision

_SALT = "moderation.appeal"


def log_address(decision: Decision) -> str:
    """Its place in the public log, wherever that has moved to."""
    return f"{reverse('moderation:log', query={'before': decision.pk + 1})}#decision-{decision.pk}"


def appeal_address(decision: Decision) -> str:
    return reverse("moderation:appeal", args=[signing.dumps(decision.pk, salt=_SALT)])


def decision_at(token: str) -> Decision | None:
    """None for what was not signed here."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Decision.objects.filter(pk=pk).select_related("concerns").first()
