from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandParser

from accounts.pruning import prune

_EVERY = 60 * 60  # seconds


class Command(BaseCommand):
    help = "Forgets notices that were read half a year ago; `tick` runs it, and it looks once an hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", action="store_true", help="look now")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["now"] or cache.add("prune_notices", 1, _EVERY):
            gone = prune()
            if gone or options["now"]:
                self.stdout.write(f"Notices forgotten: {gone}")
