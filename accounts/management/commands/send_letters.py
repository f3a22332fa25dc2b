from typing import Any

from django.core.management.base import BaseCommand

from accounts.digesting import write_due


class Command(BaseCommand):
    help = "Writes the mails about notices that are due; `tick` runs it once a minute."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        write_due()
