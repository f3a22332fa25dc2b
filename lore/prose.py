"""What is written on a page, as one value: compiled, merged and compared without a request or a row."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError

from lore import markup
from lore.canon import lexicon_for
from lore.models import ProseFields


@dataclass(frozen=True)
class Prose:
    title: str
    lead: str
    body: str = ""
    hatnote: str = ""
    facts: str = ""

    @classmethod
    def of(cls, held: ProseFields) -> "Prose":
        return cls(held.title, held.lead, held.body, held.hatnote, held.facts)

    @property
    def fields(self) -> dict[str, str]:
        return asdict(self)


def compile_prose(prose: Prose) -> dict[str, Any]:
    """The prose as JSON blocks. Raises MarkupError (a ValidationError) naming the line."""
    lexicon = lexicon_for(prose.lead, prose.hatnote, prose.facts, prose.body)
    return {
        "lead": markup.to_json(markup.compile_line(prose.lead, lexicon)),
        "hatnote": markup.to_json(markup.compile_line(prose.hatnote, lexicon)) if prose.hatnote else None,
        "facts": [
            [label, markup.to_json(markup.compile_line(value, lexicon))] for label, value in fact_lines(prose.facts)
        ],
        "body": markup.blocks_to_json(markup.compile_page(prose.body, lexicon)),
    }


def faults_in(prose: Prose) -> dict[str, list[str]]:
    """What keeps the prose from being saved, by field; empty when nothing does."""
    try:
        compile_prose(prose)
        _check_labels(prose.facts)
    except ValidationError:
        return {name: told for name in ("hatnote", "lead", "facts", "body") if (told := _faults_of(prose, name))}
    return {}


def _faults_of(prose: Prose, name: str) -> list[str]:
    try:
        compile_prose(replace(Prose("", ""), **{name: prose.fields[name]}))
        _check_labels(prose.facts if name == "facts" else "")
    except ValidationError as problem:
        return problem.messages
    return []


def _check_labels(facts: str) -> None:
    """Labels are no markup: what one of them covers would stand there in the open."""
    covering = [label for label, _ in fact_lines(facts) if ">!" in label or "!<" in label]
    if covering:
        raise ValidationError({"facts": f"Only a fact’s value can be covered, not its label: “{covering[0]}”."})


def fact_lines(facts: str) -> list[tuple[str, str]]:
    lines = [line.partition(":") for line in facts.splitlines() if line.strip()]
    unlabelled = [label for label, colon, value in lines if not colon or not value.strip()]
    if unlabelled:
        raise ValidationError({"facts": f"Write each fact as “Label: value”. This is not: “{unlabelled[0]}”."})
    return [(label.strip(), value.strip()) for label, _, value in lines]


def blocks_in(compiled: dict[str, Any]) -> list[markup.Block]:
    lines = [compiled["lead"], compiled["hatnote"], *(value for _, value in compiled["facts"])]
    return markup.blocks_from_json([*(line for line in lines if line), *compiled["body"]])


def scope_of(compiled: dict[str, Any]) -> int:
    """All that the prose gives away."""
    return _union(scope for scope, _ in _pieces(compiled))


def scope_touched(old: dict[str, Any] | None, new: dict[str, Any]) -> int:
    """What the parts give away in which two texts differ: words about the change may speak of these."""
    before = set(_pieces(old)) if old else set()
    return _union(scope for scope, _ in before ^ set(_pieces(new)))


def _pieces(compiled: dict[str, Any]) -> Iterator[tuple[int, str]]:
    for block in blocks_in(compiled):
        yield block.scope, block.html
        yield from ((block.scope | spoiler.scope, spoiler.html) for spoiler in block.spoilers)


def _union(scopes: Iterator[int]) -> int:
    union = 0
    for scope in scopes:
        union |= scope
    return union
