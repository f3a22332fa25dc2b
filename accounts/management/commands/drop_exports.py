from typing import Any

from django.core.management.base import BaseCommand

from accounts.exporting import drop_old


class Command(BaseCommand):
    help = "Takes away packed data whose link has expired; `tick` runs it once a minute."

    def handle(self, *args: Any, **options: Any) -> None:
        dropped = drop_old()
        if dropped:
            self.stdout.write(f"Packed data taken away: {dropped}")
