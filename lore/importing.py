"""Loads lore from files: the built-in seed, or a folder that was exported. Run again, it changes only what nobody
edited. All of it happens, or nothing."""

from pathlib import Path

from django.db import transaction

from accounts.models import User
from lore.bulk.claims import import_claims
from lore.bulk.events import import_events, import_questions
from lore.bulk.names import Names
from lore.bulk.pages import import_pages
from lore.bulk.picture_files import STORED
from lore.bulk.pictures import import_pictures
from lore.bulk.reading import Entries, read_lore
from lore.bulk.run import Run
from lore.bulk.ties import import_ties
from lore.bulk.works import import_categories, import_sources, import_works, link_works
from lore.seeding import SEED_DIR, Ledger
from lore.tying import lay_out_later

KINDS = ("work", "source", "category", "page", "claim", "event", "question", "tie", "picture")
_BROUGHT = "brought "
"""How the kinds begin under which a folder's things are recorded."""


def import_lore(place: Path | None = None, *, dry_run: bool = False) -> Ledger:
    """Without a place, the built-in seed. Raises Fault (a ValidationError) that names the file and what in it is wrong;
    then nothing is changed. A dry run tells what would happen: its rows are rolled back, and no file is stored."""
    entries = read_lore(place or SEED_DIR)
    with transaction.atomic():
        ledger = _import(place or SEED_DIR, entries, _BROUGHT if place else "", dry_run)
        transaction.set_rollback(dry_run)
    return ledger


def _import(place: Path, entries: Entries, origin: str, is_dry: bool) -> Ledger:
    ledger = Ledger(KINDS, origin, also=(STORED,))
    import_works(ledger, entries)
    import_sources(ledger, entries)
    import_categories(ledger, entries)
    folder = place if place.is_dir() else place.parent
    run = Run(folder, entries, ledger, Names(entries), User.objects.archive(), is_dry)
    import_pages(run)
    import_claims(run)
    import_events(run)
    import_questions(run)
    if import_ties(run):
        lay_out_later()
    link_works(run.names, entries)
    import_pictures(run)
    return ledger
