from typing import Any

from django.core.management.base import BaseCommand

from accounts.levels import reckon_lately


class Command(BaseCommand):
    help = "Raises and lowers fans by what they did of late; `tick` runs it once a minute."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = reckon_lately()
        if changed:
            self.stdout.write(f"Levels changed: {changed}")
