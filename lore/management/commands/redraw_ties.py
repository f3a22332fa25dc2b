from typing import Any

from django.core.management.base import BaseCommand

from lore.relaying import lay_out_lost


class Command(BaseCommand):
    help = "Has the map of ties laid out once more where the task that was to do it got lost."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if lay_out_lost():
            self.stdout.write("The map of ties is to be laid out once more.")
