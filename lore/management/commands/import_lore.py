from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from lore.bulk.faults import told
from lore.importing import import_lore


class Command(BaseCommand):
    help = (
        "Loads the archive's seed lore, or what export_lore has written. Never overwrites what editors changed since; "
        "says what it did. A fault in a file is told, and nothing is imported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="A folder as export_lore writes it, or a lore.json.")
        parser.add_argument("--dry-run", action="store_true", help="Tell what would be done, and do nothing.")

    def handle(self, *args: Any, folder: Path | None, dry_run: bool, **options: Any) -> None:
        try:
            ledger = import_lore(folder, dry_run=dry_run)
        except ValidationError as fault:
            raise CommandError(f"Nothing is imported. {told(fault)}") from fault
        if dry_run:
            self.stdout.write("A dry run: nothing was changed. An import would give:")
        self.stdout.write(ledger.report())
