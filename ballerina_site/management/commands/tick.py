import logging
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

logger = logging.getLogger(__name__)

# Each job may run twice, at once or never: what depends on time is computed from dates when it is read.
JOBS: dict[str, dict[str, Any]] = {
    "clearsessions": {},
    "prune_db_task_results": {
        "queue_name": "*",
        "min_age_days": 7,
        "failed_min_age_days": 30,
        "verbosity": 0,
    },
    "mend_tasks": {},
    "publish_due": {},
    "settle_due": {},
    "send_letters": {},
    "look_at_votes": {},
    "reckon_levels": {},
    "sweep_pictures": {},
    "take_off_factors": {},
    "redraw_ties": {},
    "end_suspensions": {},
    "erase_departed": {},
    "drop_exports": {},
    "prune_notices": {},
    "sweep_avatars": {},
}


class Command(BaseCommand):
    help = "Does what is due; `serve` runs it once a minute."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        failed = [name for name, arguments in JOBS.items() if not self._done(name, arguments)]
        if failed:
            raise CommandError(f"Not done: {', '.join(failed)}.")

    def _done(self, name: str, arguments: dict[str, Any]) -> bool:
        try:
            call_command(name, **arguments)
        except Exception:
            # One job that fails must not keep the others from running.
            logger.exception("%s failed", name)
            return False
        return True
