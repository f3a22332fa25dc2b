"""Events and the questions of the FAQ."""

from typing import Any

from lore import markup
from lore.bulk.faults import faults_at
from lore.bulk.run import Run
from lore.bulk.shapes import Entry, closeness
from lore.canon import lexicon_for
from lore.models import Claim, Event, Question, Work
from lore.seeding import read_date

_FIELDS = ("title", "text", "track", "kind", "happened_on", "precision", "when_words", "scope", "position")


def import_events(run: Run) -> None:
    keys = [entry.key for entry in run.entries["event"]]
    rows = Event.objects.filter(key__in=keys).select_related("work", "story_after", "page", "claim")
    known = {event.key: event for event in rows}
    for entry in run.entries["event"]:
        with faults_at(entry.where):
            seed, event = _seed(run, entry), known.get(entry.key)
            if run.ledger.settle("event", entry.key, seed, event and _found(run, event)).writes:
                _write(run, event or Event(key=entry.key), seed)


def _seed(run: Run, entry: Entry) -> dict[str, Any]:
    row = entry.row
    run.names.need_works(row["work"], row["story_after"])
    run.names.need_pages(row["page"])
    run.names.need_claims(row["claim"])
    return {
        "title": row["title"],
        "text": row["text"],
        "track": row["track"],
        "kind": row["kind"],
        "happened_on": read_date(row["when"]) if row["when"] else None,
        "precision": closeness(row["when"], row["precision"]),
        "when_words": row["words"],
        "scope": run.names.mask(row["scope"]),
        "position": entry.index if row["position"] is None else row["position"],
        "work": row["work"],
        "story_after": row["story_after"],
        "page": run.names.called(row["page"]),
        "claim": row["claim"],
    }


def _found(run: Run, event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in _FIELDS} | {
        "work": event.work and event.work.slug,
        "story_after": event.story_after and event.story_after.slug,
        "page": event.page_id and run.names.first[event.page_id],
        "claim": event.claim and event.claim.key,
    }


def _write(run: Run, event: Event, seed: dict[str, Any]) -> None:
    for name in _FIELDS:
        setattr(event, name, seed[name])
    event.work = Work.objects.filter(slug=seed["work"]).first()
    event.story_after = Work.objects.filter(slug=seed["story_after"]).first()
    event.page_id = run.names.page_id(seed["page"])
    event.claim = Claim.objects.filter(key=seed["claim"]).first()
    event.compiled = markup.to_json(markup.compile_line(event.text, lexicon_for(event.text)))
    event.full_clean()
    event.save()


def import_questions(run: Run) -> None:
    keys = [entry.key for entry in run.entries["question"]]
    known = {question.key: question for question in Question.objects.filter(key__in=keys).prefetch_related("claims")}
    for entry in run.entries["question"]:
        with faults_at(entry.where):
            run.names.need_claims(*entry.row["claims"])
            seed, question = _question_seed(entry), known.get(entry.key)
            if run.ledger.settle("question", entry.key, seed, question and _question_found(question)).writes:
                _write_question(question or Question(key=entry.key), seed)


def _question_seed(entry: Entry) -> dict[str, Any]:
    row = entry.row
    return {
        "question": row["question"],
        "answer": row["answer"].strip(),
        "position": entry.index if row["position"] is None else row["position"],
        "claims": sorted(set(row["claims"])),
    }


def _question_found(question: Question) -> dict[str, Any]:
    return {
        "question": question.question,
        "answer": question.answer,
        "position": question.position,
        "claims": sorted(claim.key for claim in question.claims.all()),
    }


def _write_question(question: Question, seed: dict[str, Any]) -> None:
    question.question, question.answer, question.position = seed["question"], seed["answer"], seed["position"]
    question.compiled = markup.blocks_to_json(markup.compile_page(question.answer, lexicon_for(question.answer)))
    question.full_clean()
    question.save()
    question.claims.set(Claim.objects.filter(key__in=seed["claims"]))
