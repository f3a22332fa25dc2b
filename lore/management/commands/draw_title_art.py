import io
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from PIL import Image

from lore.seeding import SEED_DIR, read_page
from lore.titleart import draw_title

FOLDER = SEED_DIR / "pictures"
MOST_BYTES = 40_000


class Command(BaseCommand):
    help = (
        "Draws the title art of the seeded pages anew, into lore/seed/pictures. The same pages give the same pictures."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="*", help="only of these pages")
        parser.add_argument("--into", type=Path, default=FOLDER, help="another folder")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["into"]
        folder.mkdir(parents=True, exist_ok=True)
        acts: Counter[str] = Counter()
        for page in sorted((SEED_DIR / "pages").glob("*.md")):
            kind = read_page(page)[0]["kind"]
            acts[kind] += 1  # numbered within their kind
            if not options["slugs"] or page.stem in options["slugs"]:
                file = folder / f"{page.stem}.webp"
                file.write_bytes(_encoded(draw_title(page.stem, kind, acts[kind])))
                self.stdout.write(f"{file.name}: {file.stat().st_size / 1000:.0f} KB")


def _encoded(image: Image.Image) -> bytes:
    """As good as fits: a drawing with many edges takes more room."""
    for quality in range(82, 40, -4):
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= MOST_BYTES:
            break
    return buffer.getvalue()
