from typing import Any

from django.core.management.base import BaseCommand

from theories.guarding import forget_networks, look_at_all


class Command(BaseCommand):
    help = "Holds votes by young accounts that stand out, and forgets old networks; `tick` runs it once a minute."

    def handle(self, *args: Any, **options: Any) -> None:
        held = look_at_all()
        forget_networks()
        if held:
            self.stdout.write(f"Held votes on: {held}")
