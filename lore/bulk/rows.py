"""All lore, or all that the public may have, as the rows of files."""

from operator import itemgetter

from lore.bulk.cutting import LEFT_OUT
from lore.bulk.page_rows import category_word, page_rows
from lore.bulk.shapes import Row, lean
from lore.bulk.taking import Taking, written_day
from lore.markup import mentions
from lore.models import Category, Event, Image, Question, Source, Tie, Work

type Rows = dict[str, list[Row]]


def rows_of_lore(taking: Taking) -> Rows:
    events = taking.audience.events().select_related("work", "story_after")
    questions = Question.objects.prefetch_related("claims")
    rows: Rows = {
        "work": [_work_row(taking, work) for work in taking.works],
        "source": sorted((_source_row(source) for source in taking.audience.sources()), key=itemgetter("key")),
        "category": [],
        "page": page_rows(taking),
        "event": taking.in_order(_event_row(taking, event) for event in events),
        "question": taking.in_order(_question_row(taking, question) for question in questions),
        "tie": sorted(
            (_tie_row(taking, tie) for tie in taking.audience.ties()), key=itemgetter("source", "kind", "target")
        ),
        "picture": [_picture_row(taking, taken.name, taken.image) for taken in taking.pictures],
    }
    rows["category"] = _category_rows(taking, rows["page"])
    if taking.audience.is_public:
        _tell_no_gaps(rows)
    return {kind: [lean(kind, row) for row in found] for kind, found in rows.items()}


def _work_row(taking: Taking, work: Work) -> Row:
    return {
        "slug": work.slug,
        "title": work.title,
        "short_title": work.short_title,
        "kind": work.kind,
        "release_order": work.release_order,
        "story_order": work.story_order,
        "released": work.release_words,
        "released_on": work.released_on and work.released_on.isoformat(),
        "page": taking.slug(work.page_id),
    }


def _source_row(source: Source) -> Row:
    published = written_day(source.published_on, source.precision)
    return {
        "key": source.key,
        "title": source.title,
        "kind": source.kind,
        "url": source.url,
        "date": published["day"],
        "precision": published["precision"],
    }


def _category_rows(taking: Taking, pages: list[Row]) -> list[Row]:
    named = {word for page in pages for word in page["categories"]}
    found = [
        {"slug": category.slug, "name": category.name}
        for category in Category.objects.all()
        if not taking.audience.is_public or category_word(category) in named
    ]
    return sorted(found, key=itemgetter("slug"))


def _event_row(taking: Taking, event: Event) -> Row:
    happened = written_day(event.happened_on, event.precision)
    return {
        "key": event.key,
        "title": event.title,
        "text": taking.audience.line(event.text, event.compiled),
        "track": event.track,
        "kind": event.kind,
        "when": happened["day"],
        "precision": happened["precision"],
        "words": event.when_words,
        "work": event.work and event.work.slug,
        "story_after": event.story_after and event.story_after.slug,
        "scope": taking.scope(event.scope),
        "page": taking.slug(event.page_id),
        "claim": taking.key(event.claim_id),
        "position": event.position,
    }


def _question_row(taking: Taking, question: Question) -> Row:
    return {
        "key": question.key,
        "question": question.question,
        "answer": taking.audience.answer(question) or LEFT_OUT,
        "claims": taking.keys(question.claims.all()),
        "position": question.position,
    }


def _tie_row(taking: Taking, tie: Tie) -> Row:
    return {
        "source": taking.slug(tie.source_id),
        "kind": tie.kind,
        "target": taking.slug(tie.target_id),
        "claim": taking.key(tie.claim_id),
        "scope": taking.scope(tie.scope),
    }


def _picture_row(taking: Taking, name: str, image: Image) -> Row:
    about = {field: getattr(image, field) for field in ("alt", "credit", "licence", "focal_x", "focal_y")}
    pages = {"lead_of": taking.slugs(image.leads.all()), "shows": taking.slugs(image.pages.all())}
    return about | {"file": name, "scope": taking.scope(image.scope)} | pages


def _tell_no_gaps(rows: Rows) -> None:
    """For the public. An old address is told only where a text that is told leads to it: it may be old because it gave
    something away. And places in the story are counted anew."""
    told = "\n".join(_texts(rows))
    named = mentions(told)
    for page in rows["page"]:
        page["old_addresses"] = [slug for slug in page["old_addresses"] if slug in named]
    claims = [claim for page in rows["page"] for claim in page["claims"] if "story" in claim]
    places = {place: number for number, place in enumerate(sorted({claim["story"] for claim in claims}), 1)}
    for claim in claims:
        claim["story"] = places[claim["story"]]


def _texts(rows: Rows) -> list[str]:
    facts = [fact["value"] for page in rows["page"] if isinstance(page["facts"], list) for fact in page["facts"]]
    pages = [page[name] for page in rows["page"] for name in ("lead", "hatnote", "body")]
    claims = [claim["text"] for page in rows["page"] for claim in page["claims"]]
    return [
        *facts,
        *pages,
        *claims,
        *(row["text"] for row in rows["event"]),
        *(row["answer"] for row in rows["question"]),
    ]
