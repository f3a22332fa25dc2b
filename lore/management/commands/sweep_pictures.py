from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandParser

from lore.sweeping import drop_abandoned, drop_strays, prepare_lost, prepare_missing

_EVERY = 60 * 60  # seconds


class Command(BaseCommand):
    help = "Prepares pictures whose task got lost; once an hour also drops files and pictures that belong to nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", action="store_true", help="look through the files now")

    def handle(self, *args: Any, **options: Any) -> None:
        done = {"prepared once more": prepare_lost()}
        if options["now"] or cache.add("pictures-swept", 1, _EVERY):
            done["crops asked for"] = prepare_missing()
            done["abandoned pictures dropped"] = drop_abandoned()
            done["stray files dropped"] = drop_strays()
        if any(done.values()) or options["now"]:
            self.stdout.write(", ".join(f"{count} {what}" for what, count in done.items()))
