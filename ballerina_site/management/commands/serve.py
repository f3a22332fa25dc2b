import os
import socket
import sys
import tempfile
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.tasks import task_backends
from django_tasks_db import DatabaseBackend

from ballerina_site.supervise import on_stop


class Command(BaseCommand):
    help = "Prepares the site, then runs the web server and the worker until it is told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        on_stop(lambda number, frame: sys.exit(128 + number))
        refuse_unwritable_folder()
        address = free_address()
        call_command("prepare", stdout=self.stdout, stderr=self.stderr)
        sys.stdout.flush()
        become_supervisor(address, settings.PORT, settings.WORKERS, settings.SITE_URL, *worker())


def refuse_unwritable_folder() -> None:
    try:
        tempfile.TemporaryFile(dir=settings.DATA_DIR).close()
    except OSError as problem:
        raise CommandError(f"DATA_DIR: {settings.DATA_DIR} cannot be written to ({problem.strerror}).") from problem


def free_address() -> str:
    """The network address that HOST stands for, once it is known that the site can listen there."""
    host, port = settings.HOST, settings.PORT
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as problem:
        raise CommandError(
            f"Cannot listen on {host}, port {port} ({problem.strerror}): "
            "choose another with PORT=… or HOST=…, or stop the program that uses it."
        ) from problem
    return str(where[0])


def worker() -> tuple[str, ...]:
    """The word for the supervisor that a worker is wanted: only where tasks wait in the database. Elsewhere they are
    done at once, or by workers of their own, and this one would end as soon as it began."""
    return ("worker",) if isinstance(task_backends["default"], DatabaseBackend) else ()


def become_supervisor(*arguments: object) -> None:
    os.chdir(settings.BASE_DIR)
    os.execv(sys.executable, [sys.executable, "-m", "ballerina_site.supervise", *map(str, arguments)])
