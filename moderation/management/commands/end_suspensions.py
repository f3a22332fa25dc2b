from typing import Any

from django.core.management.base import BaseCommand

from accounts.suspending import run_out


class Command(BaseCommand):
    help = "Opens the accounts whose suspension is over; `tick` runs it."

    def handle(self, *args: Any, **options: Any) -> None:
        run_out()
