"""Works, sources and the names of categories: what the rest speaks of."""

from typing import Any

from lore import hooks
from lore.bulk.faults import faults_at
from lore.bulk.names import Names
from lore.bulk.reading import Entries
from lore.bulk.shapes import Entry, closeness
from lore.models import Category, Source, Work
from lore.seeding import Ledger, Verdict, read_date


def import_works(ledger: Ledger, entries: Entries) -> None:
    works = {work.slug: work for work in Work.objects.all()}
    for entry in entries["work"]:
        with faults_at(entry.where):
            _import_work(ledger, entry, works.get(entry.key))


def _import_work(ledger: Ledger, entry: Entry, work: Work | None) -> None:
    row = entry.row
    seed = {
        "title": row["title"],
        "short_title": row["short_title"],
        "kind": row["kind"],
        "release_order": row["release_order"],
        "story_order": row["story_order"],
        "release_words": row["released"],
        "released_on": read_date(row["released_on"]) if row["released_on"] else None,
    }
    verdict = ledger.settle("work", entry.key, seed, work and {name: getattr(work, name) for name in seed})
    if verdict.writes:
        _write_work(work or Work(slug=entry.key, bit=Work.objects.free_bit()), seed)


def _write_work(work: Work, seed: dict[str, Any]) -> None:
    is_released_anew = work.released_on != seed["released_on"]
    for name, value in seed.items():
        setattr(work, name, value)
    work.full_clean()
    work.save()
    for after in hooks.work_released if is_released_anew else ():
        after(work)


def link_works(names: Names, entries: Entries) -> None:
    """A work's own page, once the pages are there. One that it was given on the site stays."""
    for entry in entries["work"]:
        with faults_at(entry.where):
            names.need_pages(entry.row["page"])
    homes = {entry.key: names.page_id(entry.row["page"]) for entry in entries["work"]}
    for work in Work.objects.filter(slug__in=homes, page=None):
        if homes[work.slug]:
            Work.objects.filter(pk=work.pk).update(page=homes[work.slug])


def import_sources(ledger: Ledger, entries: Entries) -> None:
    sources = {source.key: source for source in Source.objects.all()}
    for entry in entries["source"]:
        with faults_at(entry.where):
            _import_source(ledger, entry, sources.get(entry.key))


def _import_source(ledger: Ledger, entry: Entry, source: Source | None) -> None:
    row = entry.row
    seed = {
        "title": row["title"],
        "kind": row["kind"],
        "url": row["url"],
        "published_on": read_date(row["date"]),
        "precision": closeness(row["date"], row["precision"]),
    }
    found = source and {name: getattr(source, name) for name in seed}
    if ledger.settle("source", entry.key, seed, found).writes:
        source = source or Source(key=entry.key)
        for name, value in seed.items():
            setattr(source, name, value)
        source.full_clean()
        source.save()


def import_categories(ledger: Ledger, entries: Entries) -> None:
    names = dict(Category.objects.values_list("slug", "name"))
    for entry in entries["category"]:
        found = {"name": names[entry.key]} if entry.key in names else None
        with faults_at(entry.where):
            verdict = ledger.settle("category", entry.key, {"name": entry.row["name"]}, found)
            if verdict.writes:
                _write_category(entry, is_new=verdict is Verdict.CREATE)


def _write_category(entry: Entry, *, is_new: bool) -> None:
    category = Category(slug=entry.key) if is_new else Category.objects.get(slug=entry.key)
    category.name = entry.row["name"]
    category.full_clean()
    category.save()
