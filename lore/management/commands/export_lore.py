from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from lore.bulk.faults import told
from lore.exporting import export_lore


class Command(BaseCommand):
    help = (
        "Writes all lore to a folder, as Markdown with TOML heads (the format of the seed, which import_lore reads) "
        "and as one lore.json."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--public", action="store_true", help="Only what somebody reads who has seen no film. Not a backup."
        )
        parser.add_argument("--force", action="store_true", help="Replace an older export in the folder.")

    def handle(self, *args: Any, folder: Path, public: bool, force: bool, **options: Any) -> None:
        try:
            report = export_lore(folder, is_public=public, force=force)
        except (ValidationError, OSError) as refusal:
            words = told(refusal) if isinstance(refusal, ValidationError) else refusal
            raise CommandError(f"Nothing is written. {words}") from refusal
        self.stdout.write(report)
