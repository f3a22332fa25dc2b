"""Loads the seeded tags and theories, the archive's own. Run again, it changes only what nobody changed."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from lore.canon import page_called
from lore.models import Claim, Work
from lore.seeding import Ledger, Verdict, read_page, rows_of
from theories import posting
from theories.models import Leaning, Tag, Theory
from theories.permissions import Conflict
from theories.posting import Cited, Writing
from theories.tagging import set_aliases

SEED_DIR = Path(__file__).parent / "seed"
KINDS = ("tag", "theory")


@transaction.atomic
def import_theories() -> Ledger:
    ledger = Ledger(KINDS)
    for row in rows_of(SEED_DIR / "tags.toml", "tag"):
        _import_tag(ledger, row)
    for file in sorted(SEED_DIR.glob("*.md")):
        _import_theory(ledger, file.stem, *read_page(file))
    return ledger


def _import_tag(ledger: Ledger, row: dict[str, Any]) -> None:
    facts = {"name": row["name"], "scope": Work.objects.mask(row.get("scope", []))}
    aliases = sorted(row.get("aliases", []))
    tag = Tag.objects.filter(slug=row["slug"]).first()
    if ledger.settle("tag", row["slug"], facts | _aliases(aliases), tag and _found_tag(tag)).writes:
        tag, _ = Tag.objects.update_or_create(slug=row["slug"], defaults=facts)
        _set_aliases(ledger, tag, aliases)


def _found_tag(tag: Tag) -> dict[str, Any]:
    aliases = sorted(tag.aliases.values_list("slug", flat=True))
    return {"name": tag.name, "scope": tag.scope} | _aliases(aliases)


def _aliases(slugs: list[str]) -> dict[str, Any]:
    """Without any nothing is said of them, so that what an older import recorded still compares."""
    return {"aliases": slugs} if slugs else {}


def _set_aliases(ledger: Ledger, tag: Tag, slugs: list[str]) -> None:
    try:
        set_aliases(tag, slugs)
    except ValidationError as refusal:
        ledger.said.append(f"tag {tag.slug}: its other words are not written. {' '.join(refusal.messages)}")


def _import_theory(ledger: Ledger, key: str, head: dict[str, Any], case: str) -> None:
    seed = _seed(head, case)
    theory = Theory.objects.filter(seed_key=key).select_related("due_work").first()
    verdict = ledger.settle("theory", key, seed, theory and _found(theory))
    if verdict is Verdict.CREATE:
        posted = posting.publish(User.objects.archive(), _writing(seed))
        Theory.objects.filter(pk=posted.pk).update(seed_key=key)
    elif verdict is Verdict.UPDATE:
        _update(ledger, theory, seed)


def _update(ledger: Ledger, theory: Theory, seed: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            posting.edit(User.objects.archive(), theory, _writing(seed))
    except Conflict as refusal:
        ledger.said.append(f"theory {theory.seed_key}: not updated. {' '.join(refusal.messages)}")


def _seed(head: dict[str, Any], case: str) -> dict[str, Any]:
    return {
        "claim": head["claim"],
        "case": case,
        "criteria": head["criteria"],
        "due": head.get("due"),
        "due_work": head.get("due_work"),
        "scope": Work.objects.mask(head.get("scope", [])),
        "tags": sorted(head.get("tags", [])),
        "citations": [[*_named(row), row.get("stance", Leaning.SUPPORT)] for row in head.get("citations", [])],
    }


def _named(row: dict[str, str]) -> tuple[str, str]:
    return ("claim", row["claim"]) if "claim" in row else ("page", row["page"])


def _found(theory: Theory) -> dict[str, Any]:
    cited = theory.citations.select_related("claim", "page")
    return {
        "claim": theory.claim,
        "case": theory.case,
        "criteria": theory.criteria,
        "due": theory.due and theory.due.isoformat(),
        "due_work": theory.due_work and theory.due_work.slug,
        "scope": theory.scope,
        "tags": sorted(theory.tags.values_list("slug", flat=True)),
        "citations": [
            ["claim", row.claim.key, row.leaning] if row.claim else ["page", row.page.slug, row.leaning]
            for row in cited
        ],
    }


def _writing(seed: dict[str, Any]) -> Writing:
    return Writing(
        claim=seed["claim"],
        case=seed["case"],
        criteria=seed["criteria"],
        due=date.fromisoformat(seed["due"]) if seed["due"] else None,
        due_work=Work.objects.get(slug=seed["due_work"]) if seed["due_work"] else None,
        scope=seed["scope"],
        tags=Tag.objects.filter(slug__in=seed["tags"]),
        citations=[_cited(*row) for row in seed["citations"]],
    )


def _cited(kind: str, key: str, leaning: str) -> Cited:
    thing = Claim.objects.filter(key=key).first() if kind == "claim" else page_called(key)
    if thing is None:
        raise LookupError(f"A seeded theory cites the {kind} {key}, which is not there. Run import_lore first.")
    return Cited(thing, leaning)
