from typing import Any

from django.core.management.base import BaseCommand

from accounts.factors import take_off_due


class Command(BaseCommand):
    help = "Takes off the second factors that were said to be lost and whose time is up; `tick` runs it once a minute."

    def handle(self, *args: Any, **options: Any) -> None:
        taken = take_off_due()
        if taken:
            self.stdout.write(f"Second factors taken off: {taken}")
