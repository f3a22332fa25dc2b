"""Whom an export is for. Keepers of the archive get all lore as it is written, drafts and deleted pages too; the public
gets what a newcomer reads, by the gate that decides on the site."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from lore.bulk.cutting import cut_body, cut_facts, cut_line
from lore.gallery import ours
from lore.models import Claim, Event, Image, Page, Question, Source, Tie
from lore.prose import Prose
from lore.spoilers import EVERYTHING, Viewer


@dataclass(frozen=True)
class Audience:
    is_public: bool

    @cached_property
    def viewer(self) -> Viewer:
        return Viewer() if self.is_public else Viewer(seen=EVERYTHING)

    # Things

    def pages(self) -> QuerySet[Page]:
        return (Page.objects.published() if self.is_public else Page.objects.exclude(current=None)).visible_to(
            self.viewer
        )

    def claims(self) -> QuerySet[Claim]:
        return Claim.objects.filter(page__in=self.pages()).visible_to(self.viewer)

    def events(self) -> QuerySet[Event]:
        return Event.objects.visible_to(self.viewer)

    def ties(self) -> QuerySet[Tie]:
        pages = self.pages()
        return Tie.objects.filter(source__in=pages, target__in=pages).visible_to(self.viewer)

    def sources(self) -> QuerySet[Source]:
        """The public gets those of its claims: another's title may tell what its claim does."""
        return Source.objects.filter(claims__in=self.claims()).distinct() if self.is_public else Source.objects.all()

    def pictures(self) -> QuerySet[Image]:
        return ours().filter(is_public=True).visible_to(self.viewer)

    # Words

    def prose(self, page: Page) -> Prose:
        prose, compiled = Prose.of(page.current), page.current.compiled
        if not self.is_public:
            return prose
        return Prose(
            title=prose.title,
            lead=self.line(prose.lead, compiled["lead"]),
            body=cut_body(self.viewer, "section", page.pk, prose.body, compiled["body"]),
            hatnote=self.line(prose.hatnote, compiled["hatnote"]),
            facts=cut_facts(self.viewer, prose.facts, compiled["facts"]),
        )

    def line(self, text: str, compiled: dict[str, Any] | None) -> str:
        return cut_line(self.viewer, text, compiled) if self.is_public else text

    def answer(self, question: Question) -> str:
        if not self.is_public:
            return question.answer
        return cut_body(self.viewer, "question", question.pk, question.answer, question.compiled)
