from typing import Any

from django.core.management.base import BaseCommand

from lore.importing import import_lore


class Command(BaseCommand):
    help = "Loads the archive's seed lore. Never overwrites what editors changed since; says what it did."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(import_lore().report())
