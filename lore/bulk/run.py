"""What all parts of one import share."""

from dataclasses import dataclass
from pathlib import Path

from accounts.models import User
from lore.bulk.names import Names
from lore.bulk.reading import Entries
from lore.seeding import Ledger

WHY = "Updated with the archive’s seed content"
FIRST = "From the article"
BROUGHT = "Brought in by an import"


@dataclass
class Run:
    """`folder`: where the pictures' files lie. A dry run writes rows, which are rolled back, and nothing else."""

    folder: Path
    entries: Entries
    ledger: Ledger
    names: Names
    archive: User
    is_dry: bool = False

    def why(self, is_new: bool) -> str:
        if self.ledger.origin:
            return BROUGHT
        return FIRST if is_new else WHY
