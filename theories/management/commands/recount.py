from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from theories.counting import differing, recount_in_batches
from theories.models import Theory


class Command(BaseCommand):
    help = "Brings the counts and ranks of all theories into line with the rows they are made of."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; fail when something differs.")

    def handle(self, *args: Any, **options: Any) -> None:
        ids = Theory.objects.values_list("pk", flat=True)
        off = differing(ids)
        if options["check"] and off:
            raise CommandError(f"Counts differ from the rows of {len(off)} theories: {', '.join(map(str, off[:20]))}.")
        recount_in_batches(off)
        self.stdout.write(f"{len(ids)} theories, {len(off)} put right." if off else f"{len(ids)} theories, all right.")
