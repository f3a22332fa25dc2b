"""Claims: from the tables in a page's head to rows."""

from typing import Any

from django.core.exceptions import ValidationError

from lore.bulk.faults import faults_at
from lore.bulk.run import Run
from lore.bulk.shapes import Entry, closeness
from lore.changing import note
from lore.claiming import gives_away, save_claim
from lore.indexing import index_claim
from lore.models import ChangeKind, Claim, Page, Source
from lore.seeding import Found, Verdict, read_date

_FIELDS = ("text", "status", "scope", "as_of", "precision", "position", "story_position")
_SOURCES, _AS_OF = ["article"], "2025-06"
"""What a claim rests on, and when, if it does not say: the article that the archive began with."""


def import_claims(run: Run) -> None:
    keys = [entry.key for entry in run.entries["claim"]]
    rows = Claim.objects.filter(key__in=keys).select_related("page", "superseded_by")
    known = {claim.key: claim for claim in rows.prefetch_related("sources", "also_on")}
    written = {}
    for entry in run.entries["claim"]:
        with faults_at(entry.where):
            seed = _seed(run, entry)
            if _settle(run, entry, seed, known.get(entry.key)).writes:
                known[entry.key] = _write(run, known.get(entry.key) or Claim(key=entry.key), seed)
                written[entry.key] = seed["superseded_by"]
    _succeed(written)


def _seed(run: Run, entry: Entry) -> dict[str, Any]:
    row = entry.row
    _need(run, entry)
    as_of = row["as_of"] or _AS_OF
    return {
        "page": run.names.called(entry.home),
        "text": row["text"],
        "status": row["status"],
        "scope": run.names.mask(row["scope"]),
        "as_of": read_date(as_of),
        "precision": closeness(as_of, row["precision"]),
        "position": entry.index if row["position"] is None else row["position"],
        "sources": sorted({*(_SOURCES if row["sources"] is None else row["sources"])}),
        "also_on": run.names.all_called(row["also_on"]),
        "story_position": row["story"],
        "superseded_by": row["superseded_by"],
    }


def _need(run: Run, entry: Entry) -> None:
    run.names.need_pages(*entry.row["also_on"])
    run.names.need_sources(_SOURCES if entry.row["sources"] is None else entry.row["sources"])
    run.names.need_claims(entry.row["superseded_by"])


def _settle(run: Run, entry: Entry, seed: dict[str, Any], claim: Claim | None) -> Verdict:
    if claim is None and run.names.page_id(entry.home) is None:
        run.ledger.count("claim", entry.key, Verdict.GONE)  # with its page
        return Verdict.GONE
    return run.ledger.settle("claim", entry.key, seed, claim and _found(run, claim))


def _found(run: Run, claim: Claim) -> Found:
    values = {name: getattr(claim, name) for name in _FIELDS} | {
        "page": run.names.first[claim.page_id],
        "sources": sorted(source.key for source in claim.sources.all()),
        "also_on": sorted(run.names.first[page.pk] for page in claim.also_on.all()),
        "superseded_by": claim.superseded_by and claim.superseded_by.key,
    }
    # Imports used to record the page by the address that it had by then.
    return Found(values, older=values | {"page": claim.page.slug})


def _write(run: Run, claim: Claim, seed: dict[str, Any]) -> Claim:
    old_status = claim.status
    for name in _FIELDS:
        setattr(claim, name, seed[name])
    claim.page = Page.objects.get(pk=run.names.page_id(seed["page"]))
    if claim.pk:
        # A seed's own wording may be mended; only what stands on the site is never overwritten.
        Claim.objects.filter(pk=claim.pk).update(text=claim.text)
    save_claim(claim)
    claim.sources.set(Source.objects.filter(key__in=seed["sources"]))
    claim.also_on.set(run.names.page_ids(seed["also_on"]))
    if old_status and old_status != claim.status:
        about = {"claim": claim, "scope": gives_away(claim), "old_status": old_status, "new_status": claim.status}
        note(ChangeKind.CLAIM_STATUS, claim.page, run.archive, run.why(is_new=False), **about)
    return claim


# Which claim took another's place


def _succeed(successors: dict[str, str | None]) -> None:
    """When all are there, since either may come first."""
    if not successors:
        return
    claims = {claim.key: claim for claim in Claim.objects.select_related("page", "superseded_by")}
    for key, newer in successors.items():
        claim = claims.get(key)
        if claim and claim.superseded_by != claims.get(newer):
            claim.superseded_by = claims.get(newer)
            with faults_at(f"claim {key}"):
                _refuse_circles(claim)
            claim.save(update_fields=["superseded_by"])
            index_claim(claim)


def _refuse_circles(claim: Claim) -> None:
    seen, newer = set(), claim.superseded_by
    while newer and newer.pk not in seen:
        if newer.pk == claim.pk:
            raise ValidationError("It takes its own place in the end.")
        seen.add(newer.pk)
        newer = newer.superseded_by
