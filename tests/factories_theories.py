"""Theories, comments and votes in one line. Old times and given states are set on the rows afterwards."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from theories import discussing, posting, voting
from theories.counting import recount
from theories.models import Comment, Tag, Theory, Vote
from theories.posting import Writing

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


def make_comment(author: User, theory: Theory, text: str = "I wonder.", **fields: Any) -> Comment:
    return discussing.comment(author, theory, text, **fields)


def make_vote(fan: User, theory: Theory, value: int = 1) -> Vote:
    voting.cast(theory.pk, fan, value)
    return Vote.objects.get(fan=fan, theory=theory)
