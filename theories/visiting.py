"""When a fan last read a discussion."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from theories.clock import now
from theories.models import Theory, Visit


def read_up_to(fan: User, theory: Theory, moment: datetime | None = None) -> None:
    """The fan has been shown what was said up to this moment, or up to now. A visit never goes back in time."""
    read_at = min(moment or now(), now())
    with transaction.atomic():
        Visit.objects.bulk_create([Visit(fan=fan, theory=theory, read_at=read_at)], ignore_conflicts=True)
        Visit.objects.filter(fan=fan, theory=theory, read_at__lt=read_at).update(read_at=read_at)
