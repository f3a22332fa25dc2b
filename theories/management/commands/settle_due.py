from typing import Any

from django.core.management.base import BaseCommand

from theories.resolving import settle_due


class Command(BaseCommand):
    help = "Writes down the resolutions that nobody objected to in time; `tick` runs it once a minute."

    def handle(self, *args: Any, **options: Any) -> None:
        settled = settle_due()
        if settled:
            self.stdout.write(f"Resolved: {settled}")
