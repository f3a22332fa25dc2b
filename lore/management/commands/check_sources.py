from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lore.checking import Asking, check_sources


class Command(BaseCommand):
    help = "Asks the address of each source whether it still answers, notes it down, and names those that do not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--timeout", type=float, default=10, help="seconds to wait for one answer (10)")
        parser.add_argument("--fail", action="store_true", help="end with status 1 when an address does not answer")
        parser.add_argument("--allow-private", action="store_true", help="also ask addresses on this network")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["timeout"] <= 600:
            raise CommandError("--timeout wants a number of seconds above 0, and at most 600.")
        asking = Asking(options["timeout"], options["allow_private"])
        asked, broken = 0, 0
        for source in check_sources(asking):
            asked += 1
            broken += bool(source.fault)
            if source.fault:
                self.stdout.write(f"{source.title}: {source.fault}\n  {source.url}")
        self.stdout.write(f"{asked} addresses asked, {broken} did not answer.")
        if broken and options["fail"]:
            raise CommandError("Some sources do not answer.")
