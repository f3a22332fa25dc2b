"""A theory as one viewer gets it: every part has been through the gate, nothing else leaves this module."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, QuerySet, StringAgg, Subquery, TextField, Value
from django.db.models.functions import Concat
from django.utils.safestring import SafeString

from lore import markup
from lore.leading import Leads, LedText, led
from lore.models import Claim, Image, Page
from lore.premises import in_words
from lore.reading import shown
from lore.spoilers import Fold, Shield, Viewer, gate, screened
from theories.discussing import default_scope
from theories.models import Citation, Clarification, Comment, Leaning, Tag, Theory
from theories.permissions import stands_for_good


@dataclass(frozen=True)
class CitedLine:
    """One thing a theory rests on. `html` is empty for a page, which is named only; `words` are those of a claim that
    `breaks`, for whoever is told of it."""

    page: Page
    claim: Claim | None
    html: SafeString | str
    is_against: bool
    words: str = ""
    is_shield: ClassVar[bool] = False

    @property
    def href(self) -> str:
        return (self.claim or self.page).get_absolute_url()

    @property
    def is_superseded(self) -> bool:
        return self.claim is not None and self.claim.superseded_by_id is not None

    @property
    def breaks(self) -> bool:
        """It was to carry the theory, and does not hold any more."""
        return self.claim is not None and self.claim.is_fallen and not self.is_against


@dataclass(frozen=True)
class Kin:
    """Other theories that this one stands for or came from; of what lies outside the shield only that it is there."""

    original: Theory | Shield | None
    older: Theory | Shield | None
    newer: list[Theory | Shield | Fold]


@dataclass(frozen=True)
class Reading:
    theory: Theory
    case: LedText
    criteria: LedText
    description: str
    tags: list[Tag]
    picture: Image | None
    gives_away: str
    citations: list[CitedLine | Shield]
    comment_scope: int
    clarifications: list[tuple[Clarification, LedText]]
    kin: Kin

    @property
    def broken(self) -> list[CitedLine]:
        """What no longer stands of all that it rests on."""
        return [line for line in self.citations if not line.is_shield and line.breaks]


def with_annexes(theories: QuerySet[Theory], viewer: Viewer) -> QuerySet[Theory]:
    """Each with whether it `has_clarifications` and `has_successors`: most have neither, and need not be asked; and
    with the tags that the viewer may see, written as `tag_lines`."""
    tags = Tag.objects.visible_to(viewer).filter(theories=OuterRef("pk")).order_by()
    line = Concat("name", Value("\t"), "slug", output_field=TextField())
    return theories.annotate(
        tag_lines=Subquery(tags.values("theories").values(lines=StringAgg(line, Value("\n")))),
        has_clarifications=Exists(Clarification.objects.filter(theory=OuterRef("pk"))),
        has_successors=Exists(Theory.objects.filter(succeeds=OuterRef("pk"))),
    )


def read(viewer: Viewer, theory: Theory, leads: Leads) -> Reading:
    """The caller has made sure that the viewer sees the theory itself, and fetched it `with_annexes`. `leads`: the
    page's."""
    case = markup.from_json(theory.compiled["case"])
    citations = list(theory.citations.with_cited())
    shown_case, criteria = map(leads.text, _texts_of(viewer, theory, theory.compiled))
    return Reading(
        theory=theory,
        case=shown_case,
        criteria=criteria,
        description=case.plain(viewer.inside),
        tags=_tags(theory.tag_lines or ""),
        picture=theory.picture if theory.picture and viewer.sees(theory.picture) else None,
        gives_away=viewer.names(theory.scope) if theory.scope else "",
        citations=[_cited_line(viewer, citation) for citation in citations if citation.where.is_published],
        comment_scope=default_scope(theory, citations),
        clarifications=clarifications_of(viewer, theory, leads),
        kin=kin_of(viewer, theory),
    )


def _tags(lines: str) -> list[Tag]:
    """By name, as tags stand everywhere."""
    return [Tag(name=name, slug=slug) for name, slug in sorted(line.split("\t") for line in lines.splitlines())]


def criteria_of(viewer: Viewer, theory: Theory, leads: Leads) -> LedText:
    return leads.text(markup.from_json(theory.compiled["criteria"]).render(granted(viewer, theory), viewer.names))


def clarifications_of(viewer: Viewer, theory: Theory, leads: Leads) -> list[tuple[Clarification, LedText]]:
    """The theory has been fetched `with_annexes`."""
    if not theory.has_clarifications or not stands_for_good(theory):
        return []
    grant = granted(viewer, theory)
    rows = ((row, markup.from_json(row.compiled)) for row in theory.clarifications.all())
    return [(row, leads.text(text.render(grant, viewer.names))) for row, text in rows]


def kin_of(viewer: Viewer, theory: Theory) -> Kin:
    """The theory has been fetched `with_annexes`."""
    newer = [] if theory.is_draft or not theory.has_successors else theory.successors.listed().order_by("id")
    return Kin(_relative(viewer, theory.duplicate_of), _relative(viewer, theory.succeeds), screened(viewer, newer))


def _relative(viewer: Viewer, theory: Theory | None) -> Theory | Shield | None:
    return None if theory is None or theory.is_hidden else gate(viewer, theory)


def texts_of(viewer: Viewer, theory: Theory, *compiled: dict[str, Any]) -> list[SafeString]:
    """The case and the criteria of each."""
    return led(viewer, _texts_of(viewer, theory, *compiled))


def _texts_of(viewer: Viewer, theory: Theory, *compiled: dict[str, Any]) -> Iterator[SafeString]:
    grant = granted(viewer, theory)
    blocks = (markup.from_json(words[name]) for words in compiled for name in ("case", "criteria"))
    return (block.render(grant, viewer.names) for block in blocks)


def _cited_line(viewer: Viewer, citation: Citation) -> CitedLine | Shield:
    claim, page = citation.claim, citation.where
    entry = gate(viewer, claim or page)
    if isinstance(entry, Shield):
        return entry
    html = shown(viewer, markup.from_json(claim.compiled)) if claim else ""
    line = CitedLine(page, claim, html, citation.leaning == Leaning.CONTRADICT)
    return replace(line, words=in_words(viewer, claim)) if claim and line.breaks else line


def broken_premises(viewer: Viewer, theory: Theory) -> list[str]:
    """The claims that no longer stand of those a theory rests on, in words, as far as this viewer may read them."""
    broken = theory.citations.visible_to(viewer).broken().with_cited()
    return [in_words(viewer, citation.claim) for citation in broken]


def granted(viewer: Viewer, thing: Theory | Comment) -> Callable[[int], bool]:
    """For what stands in a text that the viewer was let into: its scope comes along; authors see all of theirs."""
    is_own = viewer.fan_id == thing.author_id
    return lambda scope: is_own or viewer.inside(scope & ~thing.scope)
