"""A theory as one viewer gets it: every part has been through the gate, nothing else leaves this module."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.safestring import SafeString

from lore import markup
from lore.leading import led
from lore.models import Claim, Image, Page
from lore.reading import shown
from lore.spoilers import Fold, Shield, Viewer, gate, screened
from theories.discussing import default_scope
from theories.models import Citation, Clarification, Comment, Leaning, Tag, Theory
from theories.permissions import stands_for_good


@dataclass(frozen=True)
class CitedLine:
    """One thing a theory rests on. `html` is empty for a page, which is named only."""

    page: Page
    claim: Claim | None
    html: SafeString | str
    is_against: bool
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
    case: SafeString
    criteria: SafeString
    description: str
    tags: list[Tag]
    picture: Image | None
    gives_away: str
    citations: list[CitedLine | Shield]
    comment_scope: int
    clarifications: list[tuple[Clarification, SafeString]]
    kin: Kin

    @property
    def has_broken_premise(self) -> bool:
        return any(not line.is_shield and line.breaks for line in self.citations)


def with_annexes(theories: QuerySet[Theory]) -> QuerySet[Theory]:
    """Each with whether it `has_clarifications` and `has_successors`: most have neither, and need not be asked."""
    return theories.annotate(
        has_clarifications=Exists(Clarification.objects.filter(theory=OuterRef("pk"))),
        has_successors=Exists(Theory.objects.filter(succeeds=OuterRef("pk"))),
    )


def read(viewer: Viewer, theory: Theory) -> Reading:
    """The caller has made sure that the viewer sees the theory itself, and fetched it `with_annexes`."""
    case = markup.from_json(theory.compiled["case"])
    citations = list(theory.citations.with_cited())
    shown_case, criteria = texts_of(viewer, theory, theory.compiled)
    return Reading(
        theory=theory,
        case=shown_case,
        criteria=criteria,
        description=case.plain(viewer.inside),
        tags=list(theory.tags.visible_to(viewer)),
        picture=theory.picture if theory.picture and viewer.sees(theory.picture) else None,
        gives_away=viewer.names(theory.scope) if theory.scope else "",
        citations=[_cited_line(viewer, citation) for citation in citations if citation.where.is_published],
        comment_scope=default_scope(theory, citations),
        clarifications=_clarifications(viewer, theory) if theory.has_clarifications and stands_for_good(theory) else [],
        kin=_kin(viewer, theory),
    )


def _clarifications(viewer: Viewer, theory: Theory) -> list[tuple[Clarification, SafeString]]:
    rows, grant = list(theory.clarifications.all()), granted(viewer, theory)
    texts = [markup.from_json(row.compiled).render(grant, viewer.names) for row in rows]
    return list(zip(rows, led(viewer, texts), strict=True))


def _kin(viewer: Viewer, theory: Theory) -> Kin:
    newer = [] if theory.is_draft or not theory.has_successors else theory.successors.listed().order_by("id")
    return Kin(_relative(viewer, theory.duplicate_of), _relative(viewer, theory.succeeds), screened(viewer, newer))


def _relative(viewer: Viewer, theory: Theory | None) -> Theory | Shield | None:
    return None if theory is None or theory.is_hidden else gate(viewer, theory)


def texts_of(viewer: Viewer, theory: Theory, *compiled: dict[str, Any]) -> list[SafeString]:
    """The case and the criteria of each."""
    grant = granted(viewer, theory)
    blocks = (markup.from_json(words[name]) for words in compiled for name in ("case", "criteria"))
    return led(viewer, [block.render(grant, viewer.names) for block in blocks])


def _cited_line(viewer: Viewer, citation: Citation) -> CitedLine | Shield:
    claim, page = citation.claim, citation.where
    entry = gate(viewer, claim or page)
    if isinstance(entry, Shield):
        return entry
    html = shown(viewer, markup.from_json(claim.compiled)) if claim else ""
    return CitedLine(page, claim, html, citation.leaning == Leaning.CONTRADICT)


def granted(viewer: Viewer, thing: Theory | Comment) -> Callable[[int], bool]:
    """For what stands in a text that the viewer was let into: its scope comes along; authors see all of theirs."""
    is_own = viewer.fan_id == thing.author_id
    return lambda scope: is_own or viewer.inside(scope & ~thing.scope)
