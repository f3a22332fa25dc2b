"""Pages: from a file's head and body to rows. Their claims are in `claims`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from accounts.models import User
from lore.addressing import claim_address, rename, set_aliases
from lore.bulk.faults import faults_at
from lore.bulk.run import Run
from lore.bulk.shapes import Entry
from lore.editing import add_page, reindex, rescope, save_revision
from lore.linking import recompile, refresh_linkers
from lore.models import Address, Category, Page
from lore.prose import Prose, faults_in
from lore.seeding import Found, Verdict

_LONGEST_NAME = Address._meta.get_field("name").max_length


@dataclass
class Settled:
    entry: Entry
    page: Page | None
    verdict: Verdict


def import_pages(run: Run) -> None:
    """All addresses first, then all prose, so that every link finds its page."""
    known = _known(run)
    settled = [_settle(run, known, entry) for entry in run.entries["page"]]
    written = [each for each in settled if each.verdict.writes]
    for step in (_add, _name):
        _each(run, written, step)
    run.names.load_addresses()
    _each(run, written, _write)


def _each(run: Run, written: list[Settled], step: Callable[[Run, Settled], None]) -> None:
    for each in written:
        with faults_at(each.entry.where):
            step(run, each)


def _known(run: Run) -> dict[int, Page]:
    ids = {page_id for entry in run.entries["page"] if (page_id := run.names.page_of(entry))}
    pages = Page.objects.select_related("current")
    return pages.prefetch_related("addresses", "categories", "see_also").in_bulk(ids)


# Deciding


def _settle(run: Run, known: dict[int, Page], entry: Entry) -> Settled:
    page = known.get(run.names.page_of(entry))
    with faults_at(entry.where):
        run.names.need_pages(*entry.row["see_also"])
        seed = _seed(run, entry)
    if page and page.deleted_at and not seed["deleted_at"]:
        run.ledger.count("page", entry.key, Verdict.GONE)
        return Settled(entry, page, Verdict.GONE)
    found = page and _found(run, page, entry)
    verdict = run.ledger.settle("page", entry.key, seed, found, former=entry.row["old_addresses"])
    return Settled(entry, page, verdict)


def _seed(run: Run, entry: Entry) -> dict[str, Any]:
    row = entry.row
    return {
        "prose": prose_in(row).fields,
        "kind": row["kind"],
        "aliases": sorted(_aliases(row).values()),
        "categories": sorted({run.names.category(name) for name in row["categories"]}),
        "see_also": run.names.all_called(row["see_also"]),
        "scope": run.names.mask(row["scope"]),
        "is_published": row["is_published"] and not row["deleted_at"],
        "deleted_at": row["deleted_at"],
    }


def prose_in(row: dict[str, Any]) -> Prose:
    return Prose(row["title"], row["lead"], row["body"], row["hatnote"], row["facts"])


def _aliases(row: dict[str, Any]) -> dict[str, str]:
    """Slug → name, as the table of addresses takes them."""
    return {slugify(name): name[:_LONGEST_NAME] for name in row["aliases"] if slugify(name)}


def _found(run: Run, page: Page, entry: Entry) -> Found:
    see_also = [other.pk for other in page.see_also.all()]
    addresses = page.addresses.all()
    values = {
        "prose": Prose.of(page.current).fields if page.current else None,
        "kind": page.kind,
        "aliases": _found_aliases(page, entry),
        "categories": sorted(category.slug for category in page.categories.all()),
        "see_also": sorted(run.names.first[pk] for pk in see_also),
        "scope": page.scope,
        "is_published": page.is_published,
        "deleted_at": page.deleted_at and page.deleted_at.isoformat(),
    }
    missing = set(entry.row["old_addresses"]) - {address.slug for address in addresses}
    return Found(values, moves=bool(missing) or _is_renamed_there(page, entry))


def _found_aliases(page: Page, entry: Entry) -> list[str]:
    """An alias that has become the page's own address is still what it was."""
    names = {address.name for address in page.addresses.all() if address.name}
    promoted = {name for slug, name in _aliases(entry.row).items() if slug == page.slug}
    return sorted(names | promoted)


def _is_renamed_there(page: Page, entry: Entry) -> bool:
    return page.slug != entry.row["slug"] and page.slug in entry.row["old_addresses"]


# Writing


def _add(run: Run, settled: Settled) -> None:
    row = settled.entry.row
    if settled.page is None:
        settled.page = add_page(
            slug=row["slug"],
            title=row["title"],
            kind=row["kind"],
            scope=run.names.mask(row["scope"]),
            is_published=row["is_published"] and not row["deleted_at"],
            deleted_at=_moment(row["deleted_at"]),
        )
    elif _is_renamed_there(settled.page, settled.entry):
        rename(settled.page, row["slug"], run.archive, run.why(is_new=False))


def _name(run: Run, settled: Settled) -> None:
    for slug in settled.entry.row["old_addresses"]:
        claim_address(settled.page, slug)
    aliases = list(_aliases(settled.entry.row).values())
    if aliases or settled.verdict is not Verdict.CREATE:
        set_aliases(settled.page, aliases)


def _moment(words: str | None) -> datetime | None:
    return datetime.fromisoformat(words) if words else None


def _write(run: Run, settled: Settled) -> None:
    page, row = settled.page, settled.entry.row
    is_new = settled.verdict is Verdict.CREATE
    page.categories.set([_category(run, name) for name in row["categories"]])
    page.see_also.set(run.names.page_ids(row["see_also"]))
    if not is_new:
        _stand(run, page, row)
    if page.current is None or Prose.of(page.current) != prose_in(row):
        _save(page, prose_in(row), run.archive, run.why(is_new))


def _save(page: Page, prose: Prose, archive: User, why: str) -> None:
    try:
        save_revision(page, prose, editor=archive, comment=why)
    except ValidationError as refusal:
        raise ValidationError(faults_in(prose) or refusal)


def _stand(run: Run, page: Page, row: dict[str, Any]) -> None:
    """What is true of the page as a whole: its kind, whether it is read, what it gives away."""
    before = (page.kind, page.is_published, page.deleted_at)
    page.kind, page.deleted_at = row["kind"], _moment(row["deleted_at"])
    page.is_published = row["is_published"] and not page.deleted_at
    if before != (page.kind, page.is_published, page.deleted_at):
        page.full_clean(exclude=["current"])
        page.save(update_fields=["kind", "is_published", "deleted_at"])
        refresh_linkers(page, is_rescoped=True)
        if page.current:
            recompile(page)
        reindex(page)
    rescope(page, run.names.mask(row["scope"]), editor=run.archive, reason=run.why(is_new=False))


def _category(run: Run, name: str) -> Category:
    return Category.objects.get_or_create(slug=run.names.category(name), defaults={"name": name})[0]
