"""Pages and their claims, as the heads and bodies of files."""

from collections import defaultdict
from typing import Any

from django.utils.text import slugify

from lore.bulk.shapes import Row, lean
from lore.bulk.taking import Taking, written_day
from lore.models import Address, Category, Claim, Page
from lore.prose import fact_lines


def page_rows(taking: Taking) -> list[Row]:
    claims = defaultdict(list)
    for claim in taking.audience.claims().order_by("position", "pk").prefetch_related("sources", "also_on"):
        claims[claim.page_id].append(claim)
    pages = taking.audience.pages().select_related("current").prefetch_related("addresses", "categories", "see_also")
    return [_page_row(taking, page, claims[page.pk]) for page in sorted(pages, key=lambda page: page.slug)]


def _page_row(taking: Taking, page: Page, claims: list[Claim]) -> Row:
    prose = taking.audience.prose(page)
    told = taking.in_order(_claim_row(taking, claim) for claim in claims)
    return prose.fields | {
        "slug": page.slug,
        "kind": page.kind,
        "scope": taking.scope(page.scope),
        "is_published": page.is_published or bool(page.deleted_at),
        "deleted_at": page.deleted_at and page.deleted_at.isoformat(),
        **_names([address for address in page.addresses.all() if address.slug != page.slug]),
        "categories": sorted(category_word(category) for category in page.categories.all()),
        "see_also": taking.slugs(page.see_also.all()),
        "facts": _facts(prose.facts),
        "claims": [lean("claim", row) for row in told],
    }


def _names(addresses: list[Address]) -> dict[str, list[str]]:
    """Aliases, and the addresses that these do not give of themselves."""
    return {
        "aliases": sorted(address.name for address in addresses if address.name),
        "old_addresses": sorted(address.slug for address in addresses if slugify(address.name) != address.slug),
    }


def category_word(category: Category) -> str:
    return category.name if slugify(category.name) == category.slug else category.slug


def _facts(facts: str) -> Any:
    """As tables, where these give the same text again."""
    rows = [{"label": label, "value": value} for label, value in fact_lines(facts)]
    return rows if rows and facts == "\n".join(f"{row['label']}: {row['value']}" for row in rows) else facts


def _claim_row(taking: Taking, claim: Claim) -> Row:
    as_of = written_day(claim.as_of, claim.precision)
    return {
        "id": claim.key,
        "status": claim.status,
        "text": taking.audience.line(claim.text, claim.compiled),
        "scope": taking.scope(claim.scope),
        "sources": sorted(source.key for source in claim.sources.all()),
        "as_of": as_of["day"],
        "precision": as_of["precision"],
        "also_on": taking.slugs(claim.also_on.all()),
        "superseded_by": taking.key(claim.superseded_by_id),
        "position": claim.position,
        "story": claim.story_position,
    }
