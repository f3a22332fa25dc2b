import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

NOBODY_ASKS_FOR = ["htmx-2.js", "ht*x-4*.js", "ext", "jquery.js", "xregexp.js", "select2.full.js"]
"""What packages bring along and no page names while DEBUG is off: other versions, and texts for reading."""


class Command(BaseCommand):
    """One process, and each step only where it has something to do: `make serve` is to start at once."""

    help = "Brings database, lore, theories, static files and the first administrator up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        with self._collecting_static():
            try:
                self._migrate()
            except OperationalError as problem:
                raise CommandError(f"The database cannot be used: {problem}".strip()) from problem
            self._import("import_lore")
            self._import("import_theories")
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

    @contextmanager
    def _collecting_static(self) -> Iterator[None]:
        """Beside all else: most of it is compressing, which keeps a core of its own busy."""
        root = Path(settings.STATIC_ROOT)
        stamp, state = root.with_name("static.stamp"), static_state()
        if settings.DEBUG or (root.is_dir() and stamp.is_file() and stamp.read_text() == state):
            yield
            return
        self.stdout.write("Collecting the static files.")
        with ThreadPoolExecutor(1) as aside:
            collected = aside.submit(
                call_command, "collectstatic", interactive=False, verbosity=0, ignore_patterns=NOBODY_ASKS_FOR
            )
            yield
            collected.result()
        stamp.write_text(state)


def static_state() -> str:
    """A digest that changes when a static file is added, changed or removed, or is to be stored otherwise."""
    lines = [repr(settings.STORAGES["staticfiles"])]
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            lines.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
