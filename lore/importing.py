"""Loads the seed content: works, sources, pages, claims, events, questions. Run again, it changes only what
nobody edited."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from lore import markup
from lore.addressing import set_aliases
from lore.canon import lexicon_for
from lore.claiming import save_claim
from lore.editing import add_page, save_revision
from lore.models import Category, Claim, Event, Page, Question, Source, Work
from lore.prose import Prose
from lore.seeding import SEED_DIR, Ledger, Verdict, read_date, read_page, rows_of

KINDS = ("work", "source", "page", "claim", "event", "question")
_ARTICLE = {"sources": ["article"], "as_of": "2025-06", "precision": "month"}


@transaction.atomic
def import_lore() -> Ledger:
    ledger = Ledger(KINDS)
    works = rows_of(SEED_DIR / "works.toml", "work")
    for row in works:
        _import_work(ledger, row)
    for row in rows_of(SEED_DIR / "sources.toml", "source"):
        _import_source(ledger, row)
    _import_pages(ledger)
    for position, row in enumerate(rows_of(SEED_DIR / "events.toml", "event")):
        _import_event(ledger, row, position)
    for position, row in enumerate(rows_of(SEED_DIR / "faq.toml", "question")):
        _import_question(ledger, row, position)
    for row in works:
        Work.objects.filter(slug=row["slug"], page=None).update(page=Page.objects.filter(slug=row.get("page")).first())
    return ledger


# Works and sources


def _import_work(ledger: Ledger, row: dict[str, Any]) -> None:
    seed = {
        "title": row["title"],
        "short_title": row["short_title"],
        "kind": row["kind"],
        "release_order": row["release_order"],
        "story_order": row.get("story_order"),
        "release_words": row.get("released", ""),
    }
    work = Work.objects.filter(slug=row["slug"]).first()
    verdict = ledger.settle("work", row["slug"], seed, work and {name: getattr(work, name) for name in seed})
    if verdict is Verdict.CREATE:
        Work.objects.create(slug=row["slug"], bit=Work.objects.free_bit(), **seed)
    elif verdict is Verdict.UPDATE:
        Work.objects.filter(pk=work.pk).update(**seed)


def _import_source(ledger: Ledger, row: dict[str, Any]) -> None:
    seed = {
        "title": row["title"],
        "kind": row["kind"],
        "url": row.get("url", ""),
        "published_on": read_date(row["date"]),
        "precision": row["precision"],
    }
    source = Source.objects.filter(key=row["key"]).first()
    verdict = ledger.settle("source", row["key"], seed, source and {name: getattr(source, name) for name in seed})
    if verdict.writes:
        Source.objects.update_or_create(key=row["key"], defaults=seed)


# Pages and their claims


def _import_pages(ledger: Ledger) -> None:
    """All addresses first, then all prose, so that every link finds its page."""
    files = sorted([*(SEED_DIR / "pages").glob("*.md"), *(SEED_DIR / "house").glob("*.md")])
    read = [(file.stem, *read_page(file)) for file in files]
    archive = User.objects.archive()
    added = {slug: _settle_page(ledger, slug, head, body) for slug, head, body in read}
    for slug, head, body in read:
        if added[slug].writes:
            _write_page(slug, head, body, archive, added[slug])
    for slug, head, _ in read:
        for position, row in enumerate(head.get("claims", [])):
            _import_claim(ledger, _page_from(slug), slug, row, position)


def _settle_page(ledger: Ledger, slug: str, head: dict[str, Any], body: str) -> Verdict:
    page = _page_from(slug)
    verdict = ledger.settle("page", slug, _page_seed(head, body), _page_found(page) if page else None)
    if verdict is Verdict.CREATE:
        page = add_page(slug=slug, title=head["title"], kind=head["kind"])
    if verdict.writes:
        set_aliases(page, head.get("aliases", []))
    return verdict


def _page_from(slug: str) -> Page | None:
    """The seeded page, also where an editor gave it another address since."""
    return Page.objects.filter(addresses__slug=slug, addresses__name="").select_related("current").first()


def _prose(head: dict[str, Any], body: str) -> Prose:
    facts = "\n".join(f"{fact['label']}: {fact['value']}" for fact in head.get("facts", []))
    return Prose(head["title"], head["lead"], body, head.get("hatnote", ""), facts)


def _page_seed(head: dict[str, Any], body: str) -> dict[str, Any]:
    return {
        "prose": vars(_prose(head, body)),
        "kind": head["kind"],
        "aliases": sorted(head.get("aliases", [])),
        "categories": sorted(slugify(name) for name in head.get("categories", [])),
        "see_also": sorted(head.get("see_also", [])),
    }


def _page_found(page: Page) -> dict[str, Any]:
    return {
        "prose": vars(Prose.of(page.current)) if page.current else None,
        "kind": page.kind,
        "aliases": sorted(page.addresses.exclude(name="").values_list("name", flat=True)),
        "categories": sorted(page.categories.values_list("slug", flat=True)),
        "see_also": sorted(page.see_also.values_list("slug", flat=True)),
    }


def _write_page(slug: str, head: dict[str, Any], body: str, archive: User, verdict: Verdict) -> None:
    page = _page_from(slug)
    page.kind = head["kind"]
    page.save(update_fields=["kind"])
    page.categories.set([_category(name) for name in head.get("categories", [])])
    page.see_also.set(Page.objects.filter(slug__in=head.get("see_also", [])))
    why = "From the article" if verdict is Verdict.CREATE else "Updated with the archive’s seed content"
    save_revision(page, _prose(head, body), editor=archive, comment=why)


def _category(name: str) -> Category:
    return Category.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]


def _import_claim(ledger: Ledger, home: Page | None, slug: str, row: dict[str, Any], position: int) -> None:
    row = _ARTICLE | row
    seed = {
        "page": home.slug if home else slug,
        "text": row["text"],
        "status": row["status"],
        "scope": Work.objects.mask(row.get("scope", [])),
        "as_of": read_date(row["as_of"]),
        "precision": row["precision"],
        "position": position,
        "sources": sorted(row["sources"]),
        "also_on": sorted(row.get("also_on", [])),
    }
    claim = Claim.objects.filter(key=row["id"]).select_related("page").first()
    verdict = ledger.settle("claim", row["id"], seed, claim and _claim_found(claim))
    if verdict.writes and home:
        _write_claim(claim or Claim(key=row["id"]), seed)


def _claim_found(claim: Claim) -> dict[str, Any]:
    return {name: getattr(claim, name) for name in ("text", "status", "scope", "as_of", "precision", "position")} | {
        "page": claim.page.slug,
        "sources": sorted(claim.sources.values_list("key", flat=True)),
        "also_on": sorted(claim.also_on.values_list("slug", flat=True)),
    }


def _write_claim(claim: Claim, seed: dict[str, Any]) -> None:
    for name in ("text", "status", "scope", "as_of", "precision", "position"):
        setattr(claim, name, seed[name])
    claim.page = Page.objects.get(slug=seed["page"])
    if claim.pk:
        # A seed's own wording may be mended; only what stands on the site is never overwritten.
        Claim.objects.filter(pk=claim.pk).update(text=claim.text)
    save_claim(claim)
    claim.sources.set(Source.objects.filter(key__in=seed["sources"]))
    claim.also_on.set(Page.objects.filter(slug__in=seed["also_on"]))


# Events and questions


def _import_event(ledger: Ledger, row: dict[str, Any], position: int) -> None:
    seed = {
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
    event = Event.objects.filter(key=row["key"]).select_related("work", "story_after", "page", "claim").first()
    if ledger.settle("event", row["key"], seed, event and _event_found(event)).writes:
        _write_event(event or Event(key=row["key"]), seed)


_EVENT_FIELDS = ("title", "text", "track", "happened_on", "precision", "when_words", "scope", "position")


def _event_found(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in _EVENT_FIELDS} | {
        "work": event.work and event.work.slug,
        "story_after": event.story_after and event.story_after.slug,
        "page": event.page and event.page.slug,
        "claim": event.claim and event.claim.key,
    }


def _write_event(event: Event, seed: dict[str, Any]) -> None:
    for name in _EVENT_FIELDS:
        setattr(event, name, seed[name])
    event.work = Work.objects.filter(slug=seed["work"]).first()
    event.story_after = Work.objects.filter(slug=seed["story_after"]).first()
    event.page = Page.objects.filter(slug=seed["page"]).first()
    event.claim = Claim.objects.filter(key=seed["claim"]).first()
    event.compiled = markup.to_json(markup.compile_line(event.text, lexicon_for(event.text)))
    event.full_clean()
    event.save()


def _import_question(ledger: Ledger, row: dict[str, Any], position: int) -> None:
    seed = {
        "question": row["question"],
        "answer": row["answer"].strip(),
        "position": position,
        "claims": sorted(row.get("claims", [])),
    }
    question = Question.objects.filter(key=row["key"]).first()
    found = question and {
        "question": question.question,
        "answer": question.answer,
        "position": question.position,
        "claims": sorted(question.claims.values_list("key", flat=True)),
    }
    if ledger.settle("question", row["key"], seed, found).writes:
        _write_question(question or Question(key=row["key"]), seed)


def _write_question(question: Question, seed: dict[str, Any]) -> None:
    question.question, question.answer, question.position = seed["question"], seed["answer"], seed["position"]
    question.compiled = markup.blocks_to_json(markup.compile_page(question.answer, lexicon_for(question.answer)))
    question.full_clean()
    question.save()
    question.claims.set(Claim.objects.filter(key__in=seed["claims"]))
