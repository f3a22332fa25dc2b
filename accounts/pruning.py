"""Notices do not pile up for ever: what was read long ago goes, and with it the letters that told of nothing else."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Letter, Notice

KEPT = timedelta(days=180)
"""Since it was read, or, where it was never in the inbox, since it was made. What is unread stays."""
AT_A_TIME = 1000


def prune() -> int:
    """How many notices went. A letter that still tells of one stays: without it, an unread one would be mailed
    again."""
    before = timezone.now() - KEPT
    old = Notice.objects.filter(Q(read_at__lt=before) | Q(is_shown=False, made_at__lt=before))
    pruned = 0
    while gone := _prune(old):
        pruned += gone
    told = Notice.objects.filter(letter=OuterRef("pk"))
    Letter.objects.filter(~Exists(told), made_at__lt=before).delete()
    return pruned


def _prune(old: object) -> int:
    with transaction.atomic():
        # Whoever is turning one over at this moment keeps it.
        rows = old.order_by("pk").select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
        gone, _ = Notice.objects.filter(pk__in=list(rows[:AT_A_TIME])).delete()
    return gone
