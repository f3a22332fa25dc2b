"""A moderator says that they are looking at a case. It binds nobody: the others are told, and it lapses."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from moderation.cases import find_case
from moderation.models import CaseClaim
from moderation.permissions import require_moderator

LASTS = timedelta(minutes=30)


class ClaimedByAnother(ValidationError):
    def __init__(self, claim: CaseClaim) -> None:
        self.claimed = f"{claim.moderator.get_full_name()} is looking at this."
        super().__init__({"despite_claim": f"{self.claimed} Tick the box to decide all the same."})


def claim(moderator: User, kind: str, object_id: int) -> CaseClaim:
    """Once more prolongs it. Raises ClaimedByAnother."""
    require_moderator(moderator)
    with transaction.atomic():
        _lock(kind, object_id)
        require_unclaimed(moderator, kind, object_id)
        taken, _ = CaseClaim.objects.update_or_create(
            kind=kind, object_id=object_id, defaults={"moderator": moderator, "claimed_at": timezone.now()}
        )
    return taken


def let_go(moderator: User, kind: str, object_id: int) -> None:
    require_moderator(moderator)
    CaseClaim.objects.about(kind, object_id).filter(moderator=moderator).delete()


def set_free(kind: str, object_id: int) -> None:
    """Once it is decided."""
    CaseClaim.objects.about(kind, object_id).delete()


def claim_on(kind: str, object_id: int) -> CaseClaim | None:
    return standing().filter(kind=kind, object_id=object_id).first()


def standing() -> QuerySet[CaseClaim]:
    return CaseClaim.objects.filter(claimed_at__gt=timezone.now() - LASTS).select_related("moderator")


def require_unclaimed(moderator: User, kind: str, object_id: int) -> None:
    """By anybody else."""
    found = claim_on(kind, object_id)
    if found and found.moderator_id != moderator.pk:
        raise ClaimedByAnother(found)


def _lock(kind: str, object_id: int) -> None:
    """The thing's row, as deciding does: a claim and a decision come one after the other."""
    case = find_case(kind, object_id)
    rows = case and type(case.thing)._base_manager.select_for_update(no_key=True)
    if not rows or not rows.filter(pk=case.thing.pk).first():
        raise ValidationError("What you want to look at is not there any more.")
