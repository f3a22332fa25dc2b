"""Tasks whose worker was killed: nobody else would ever take them up again."""

from datetime import timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

LOST_AFTER = timedelta(minutes=15)
"""Longer than any task takes. One that takes longer is done twice, which is no different from once."""
MOST_TRIES = 3
"""What ends its worker each time is not to end it for ever."""


def put_back() -> int:
    """How many."""
    lost = DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - LOST_AFTER)
    return sum(_put_back(task) for task in list(lost))


def _put_back(task: DBTaskResult) -> int:
    same = DBTaskResult.objects.running().filter(pk=task.pk, started_at=task.started_at)
    if len(task.worker_ids) < MOST_TRIES:
        return same.update(status="READY")
    same.update(status="FAILED", finished_at=timezone.now(), traceback="Each worker that took it was ended.")
    return 0
