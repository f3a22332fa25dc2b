"""Theories, comments and votes in one line. Old times and given states are set on the rows afterwards."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from tests.factories import make_fan
from theories import discussing, forecasting, posting, resolving, voting
from theories.counting import recount
from theories.models import Comment, Forecast, Proposal, Tag, Theory, Vote
from theories.posting import Writing
from theories.resolving import Finding

FAR_OFF = date(2100, 1, 1)


def resolved(outcome: str = "void", at: datetime | None = None) -> dict[str, Any]:
    """Columns of a resolved theory."""
    moment = at or timezone.now()
    return {"state": outcome, "outcome": outcome, "closed_at": moment, "resolved_at": moment}


def make_tag(slug: str = "rooney", **fields: Any) -> Tag:
    return Tag.objects.create(slug=slug, **({"name": slug.title()} | fields))


def writing(**fields: Any) -> Writing:
    return Writing(
        **(
            {
                "claim": "Rooney returns.",
                "case": "She has reasons.",
                "criteria": "A film shows it.",
                "due": FAR_OFF,
            }
            | fields
        )
    )


def make_draft(author: User, **fields: Any) -> Theory:
    return posting.save_draft(author, writing(**fields))


def make_theory(author: User, *, set_to: dict[str, Any] | None = None, **fields: Any) -> Theory:
    """A posted theory. `set_to`: columns as no verb would leave them."""
    if fields.get("due_work"):
        fields.setdefault("due", None)
    theory = posting.publish(author, writing(**fields))
    if set_to:
        Theory.objects.filter(pk=theory.pk).update(**set_to)
        recount([theory.pk])
    return Theory.objects.select_related("author").get(pk=theory.pk)


def make_due(author: User, **fields: Any) -> Theory:
    return make_theory(author, set_to={"closes_at": timezone.now() - timedelta(days=1)}, **fields)


_numbers = count(1)


def make_comment(author: User, theory: Theory, text: str | None = None, **fields: Any) -> Comment:
    """Without `text` each says something else: what is said twice in a moment is one comment."""
    return discussing.comment(author, theory, f"I wonder, {next(_numbers)}." if text is None else text, **fields)


def make_vote(fan: User, theory: Theory, value: int = 1) -> Vote:
    voting.cast(theory.pk, fan, value)
    return Vote.objects.get(fan=fan, theory=theory)


def make_forecast(fan: User, theory: Theory, probability: int = 70) -> Forecast:
    return forecasting.make(theory.pk, fan, probability)


def finding(outcome: str = "confirmed", **fields: Any) -> Finding:
    about = {"evidence": "It is [on film](https://example.org/).", "happened_on": timezone.now().date(), "scope": 0}
    return Finding(**({"outcome": outcome} | about | fields))


def make_proposal(fan: User, theory: Theory, outcome: str = "confirmed", **fields: Any) -> Proposal:
    return resolving.propose(theory.pk, fan, finding(outcome, **fields))


def make_seconded(theory: Theory, outcome: str = "confirmed", **fields: Any) -> Proposal:
    """Proposed by one fan and seconded by two, all of them new."""
    proposer, *others = (make_fan(username=f"{name}-{theory.pk}") for name in ("proposer", "seconder", "third"))
    proposal = make_proposal(proposer, theory, outcome, **fields)
    for other in others:
        resolving.second(theory.pk, other, proposal.pk)
    return Proposal.objects.select_related("theory").get(pk=proposal.pk)
