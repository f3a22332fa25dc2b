"""Sites that an older version has seeded: what it recorded is compared in its own shape."""

import hashlib
import json
from datetime import date

import pytest
from django.utils.text import slugify

from lore.addressing import rename
from lore.importing import import_lore
from lore.models import Claim, Event, Page, SeedRecord, Work
from lore.seeding import SEED_DIR, Verdict, read_date, read_page, rows_of
from tests.lore.seeds import change, page_of


def old_digest(values):
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def old_page(head, body):
    facts = "\n".join(f"{fact['label']}: {fact['value']}" for fact in head.get("facts", []))
    return {
        "prose": {
            "title": head["title"],
            "lead": head["lead"],
            "body": body,
            "hatnote": head.get("hatnote", ""),
            "facts": facts,
        },
        "kind": head["kind"],
        "aliases": sorted(head.get("aliases", [])),
        "categories": sorted(slugify(name) for name in head.get("categories", [])),
        "see_also": sorted(head.get("see_also", [])),
    }


def old_claim(slug, row, position):
    return {
        "page": slug,
        "text": row["text"],
        "status": row["status"],
        "scope": Work.objects.mask(row.get("scope", [])),
        "as_of": date(2025, 6, 1),
        "precision": "month",
        "position": position,
        "sources": ["article"],
        "also_on": sorted(row.get("also_on", [])),
    }


def old_event(row, position):
    return {
        "title": row["title"],
        "text": row.get("text", ""),
        "track": row["track"],
        "happened_on": read_date(row["when"]) if "when" in row else None,
        "precision": row.get("precision", "day"),
        "when_words": row.get("words", ""),
        "scope": Work.objects.mask(row.get("scope", [])),
        "position": position,
        "work": row.get("work"),
        "story_after": row.get("story_after"),
        "page": row.get("page"),
        "claim": row.get("claim"),
    }


def old_work(row):
    return {
        "title": row["title"],
        "short_title": row["short_title"],
        "kind": row["kind"],
        "release_order": row["release_order"],
        "story_order": row.get("story_order"),
        "release_words": row.get("released", ""),
    }


@pytest.fixture
def seeded_before(seeded):
    """As the version before kinds of events and places in the story left it."""
    Claim.objects.update(story_position=None)
    Event.objects.update(kind="other")
    records = {}
    for file in SEED_DIR.glob("*/*.md"):
        head, body = read_page(file)
        records["page", file.stem] = old_page(head, body)
        for position, row in enumerate(head.get("claims", [])):
            records["claim", row["id"]] = old_claim(file.stem, row, position)
    for position, row in enumerate(rows_of(SEED_DIR / "events.toml", "event")):
        if Event.objects.filter(key=row["key"]).exists():
            records["event", row["key"]] = old_event(row, position)
    for row in rows_of(SEED_DIR / "works.toml", "work"):
        records["work", row["slug"]] = old_work(row)
    for (kind, key), values in records.items():
        SeedRecord.objects.filter(kind=kind, key=key).update(digest=old_digest(values))


class TestOlderSites:
    def test_follow_the_seed_where_nobody_edited(self, seeded_before):
        ledger = import_lore()
        assert not ledger.counts["page", Verdict.KEPT]
        assert not ledger.counts["claim", Verdict.KEPT]
        assert not ledger.counts["event", Verdict.KEPT]
        assert ledger.counts["claim", Verdict.UPDATE] == Claim.objects.exclude(story_position=None).count() > 0

    def test_keep_what_somebody_edited(self, seeded_before):
        Claim.objects.filter(key="E3").update(status="confirmed")
        Page.objects.filter(slug="rooney").update(kind="topic")
        ledger = import_lore()
        assert {"claim E3: kept as edited on the site", "page rooney: kept as edited on the site"} <= {*ledger.said}
        assert ledger.counts["page", Verdict.KEPT] == ledger.counts["claim", Verdict.KEPT] == 1

    def test_are_known_by_what_a_rename_left(self, seeded_before, seed):
        """It recorded claims by the address that their page had by then."""
        rename(page_of("winston"), "the-manager")
        claim = Claim.objects.get(key="E3")
        row = next(row for row in read_page(seed / "pages" / "winston.md")[0]["claims"] if row["id"] == "E3")
        values = old_claim("the-manager", row, claim.position)
        SeedRecord.objects.filter(kind="claim", key="E3").update(digest=old_digest(values))
        change(seed / "pages" / "winston.md", 'status = "rumour"', 'status = "reported"')
        assert "claim E3: updated" in import_lore().said
