from typing import Any

from django.core.management.base import BaseCommand

from accounts.tasks import forget_dispatches
from ballerina_site.orphans import put_back


class Command(BaseCommand):
    help = "Puts back tasks whose worker was killed; `tick` runs it once a minute."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        forget_dispatches()
        if found := put_back():
            self.stdout.write(f"Tasks put back: {found}")
