from typing import Any

from django.core.management.base import BaseCommand

from lore.scheduling import publish_due


class Command(BaseCommand):
    help = "Publishes the scheduled edits whose hour has come; `tick` runs it once a minute."

    def handle(self, *args: Any, **options: Any) -> None:
        for revision in publish_due():
            self.stdout.write(f"Published: {revision}")
