"""Ties between pages."""

import hashlib
from typing import Any

from lore.bulk.faults import faults_at
from lore.bulk.run import Run
from lore.bulk.shapes import Entry
from lore.models import Claim, SeedRecord, Tie
from lore.seeding import Verdict

_LONGEST_KEY = SeedRecord._meta.get_field("key").max_length
type Ends = tuple[int, str, int]


def import_ties(run: Run) -> bool:
    """Whether any were written."""
    known = {(tie.source_id, tie.kind, tie.target_id): tie for tie in Tie.objects.select_related("claim")}
    settled = []
    for entry in run.entries["tie"]:
        with faults_at(entry.where):
            settled.append(_import_tie(run, entry, known))
    return any(verdict.writes for verdict in settled)


def _import_tie(run: Run, entry: Entry, known: dict[Ends, Tie]) -> Verdict:
    row, names = entry.row, run.names
    names.need_pages(row["source"], row["target"])
    names.need_claims(row["claim"])
    seed = {"scope": names.mask(row["scope"]), "claim": row["claim"]}
    key = _key(f"{names.called(row['source'])} {row['kind']} {names.called(row['target'])}")
    source, target = names.page_id(row["source"]), names.page_id(row["target"])
    if source is None or target is None:
        run.ledger.count("tie", key, Verdict.GONE)  # with its page
        return Verdict.GONE
    tie = known.get((source, row["kind"], target))
    verdict = run.ledger.settle("tie", key, seed, tie and _found(tie))
    if verdict.writes:
        _write(tie or Tie(source_id=source, kind=row["kind"], target_id=target), seed)
    return verdict


def _key(words: str) -> str:
    if len(words) <= _LONGEST_KEY:
        return words
    return f"{words[: _LONGEST_KEY - 17]} {hashlib.sha256(words.encode()).hexdigest()[:16]}"


def _found(tie: Tie) -> dict[str, Any]:
    return {"scope": tie.scope, "claim": tie.claim and tie.claim.key}


def _write(tie: Tie, seed: dict[str, Any]) -> None:
    tie.scope = seed["scope"]
    tie.claim = Claim.objects.filter(key=seed["claim"]).first()
    tie.full_clean()
    tie.save()
