from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandParser

from accounts.avatars import drop_strays

_EVERY = 24 * 60 * 60  # seconds


class Command(BaseCommand):
    help = "Drops picture files of fans that are nobody's any more; `tick` runs it, and it looks once a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", action="store_true", help="look now")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["now"] or cache.add("sweep_avatars", 1, _EVERY):
            gone = drop_strays()
            if gone or options["now"]:
                self.stdout.write(f"Stray pictures of fans dropped: {gone}")
