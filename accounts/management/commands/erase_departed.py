from typing import Any

from django.core.management.base import BaseCommand

from accounts.leaving import carry_out


class Command(BaseCommand):
    help = "Erases the accounts of those who asked to leave and whose time is up; `tick` runs it once a minute."

    def handle(self, *args: Any, **options: Any) -> None:
        erased = carry_out()
        if erased:
            self.stdout.write(f"Accounts erased: {erased}")
