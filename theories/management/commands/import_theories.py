from typing import Any

from django.core.management.base import BaseCommand

from theories.importing import import_theories


class Command(BaseCommand):
    help = "Loads the archive's seeded theories. Never overwrites what was changed since; says what it did."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(import_theories().report())
