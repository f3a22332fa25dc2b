from argparse import ArgumentParser, ArgumentTypeError
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.names import ARCHIVE
from theories.populating.filling import fill
from theories.populating.stock import MAIL

FANS_EACH = 5
"""Theories for each fan that is made up, unless the caller says otherwise."""
_LEAST_FANS = 100


def _some(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= 10_000_000):
        raise ArgumentTypeError("a whole number from 1 to 10,000,000")
    return int(text)


class Command(BaseCommand):
    help = "Fills a database for measuring with made-up fans and theories. Changes nothing that is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--theories", type=_some, required=True)
        parser.add_argument("--fans", type=_some, help=f"{_LEAST_FANS} at least; else one for {FANS_EACH} theories.")
        parser.add_argument("--seed", type=int, default=7, help="The same seed makes up the same claims.")
        parser.add_argument(
            "--among-real-fans",
            action="store_true",
            help="Also where people have accounts. There is no way back.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse_where_it_would_hurt(options["among_real_fans"])
        wanted = options["theories"]
        fans = max(_LEAST_FANS, options["fans"] or wanted // FANS_EACH)
        start = monotonic()

        def say(done: int) -> None:
            self.stderr.write(f"{done:,} of {wanted:,} theories, {done / (monotonic() - start):,.0f} a second")

        fill(wanted, fans=fans, seed=options["seed"], said=say)
        self.stdout.write(f"{wanted:,} theories by {fans:,} fans. Without scores: `recount` works them out.")

    def _refuse_where_it_would_hurt(self, is_allowed: bool) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("SITE_URL is https: this is a site that people use. Populate another database.")
        people = User.objects.exclude(username=ARCHIVE).exclude(is_superuser=True).exclude(email__endswith=f"@{MAIL}")
        if not is_allowed and people.exists():
            raise CommandError("Fans have accounts here. To put made-up theories among theirs: --among-real-fans.")
