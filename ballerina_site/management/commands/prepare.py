import hashlib
import re
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    """One process, and each step only where it has something to do: `make serve` is to start at once."""

    help = "Brings database, lore, theories, static files and the first administrator up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._migrate()
        except OperationalError as problem:
            raise CommandError(f"The database cannot be used: {problem}".strip()) from problem
        self._import("import_lore")
        self._import("import_theories")
        if not settings.DEBUG:
            self._collect_static()
        call_command("first_admin", stdout=self.stdout, stderr=self.stderr)

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Setting up the database.")
            call_command("migrate", interactive=False, verbosity=0)

    def _import(self, command: str) -> None:
        report = StringIO()
        call_command(command, stdout=report, stderr=self.stderr)
        for line in report.getvalue().splitlines():
            if not re.fullmatch(r"\w+: \d+ unchanged", line):
                self.stdout.write(line)

    def _collect_static(self) -> None:
        root = Path(settings.STATIC_ROOT)
        stamp, state = root.with_name("static.stamp"), static_state()
        if root.is_dir() and stamp.is_file() and stamp.read_text() == state:
            return
        self.stdout.write("Collecting the static files.")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)


def static_state() -> str:
    """A digest that changes when a static file is added, changed or removed, or is to be stored otherwise."""
    lines = [repr(settings.STORAGES["staticfiles"])]
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            lines.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
