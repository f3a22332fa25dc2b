"""What leans on a page and would be left without it: shown before it is deleted."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse

from lore import hooks, markup
from lore.hooks import Use, Uses
from lore.models import Claim, Event, Page, PageLink, Question, Tie, Work
from lore.spoilers import Fold, Shield, Viewer, screened

_WORDS = 90


def uses_of(viewer: Viewer, page: Page) -> list[Uses]:
    finders = (_links, _see_also, _claims_elsewhere, _claims, _ties, _events, _works, _questions, *hooks.page_uses)
    return [found for find in finders if (found := find(viewer, page))]


def uses(title: str, entries: Iterable[Any], told: Callable[[Any], tuple[str, str]]) -> Uses | None:
    """`entries` as `screened` gives them; `told` gives words and address of one that is seen. None for no entries."""
    shown = [entry if isinstance(entry, Shield | Fold) else Use(*told(entry)) for entry in entries]
    return Uses(title, shown) if shown else None


def _page(page: Page) -> tuple[str, str]:
    return page.title, page.get_absolute_url()


def _claim(viewer: Viewer) -> Callable[[Claim], tuple[str, str]]:
    def told(claim: Claim) -> tuple[str, str]:
        words = markup.from_json(claim.compiled).plain(viewer.inside)
        return f"{claim.key}: {_short(words)}", claim.get_absolute_url()

    return told


def _short(words: str) -> str:
    return words if len(words) <= _WORDS else f"{words[:_WORDS].rstrip()}…"


def _links(viewer: Viewer, page: Page) -> Uses | None:
    links = PageLink.objects.to_page(page).select_related("source").order_by("source__title", "scope")
    once = {link.source_id: link for link in reversed(links)}  # of several from one page, the most open
    return uses("Pages that link to it", screened(viewer, reversed(once.values())), lambda link: _page(link.source))


def _see_also(viewer: Viewer, page: Page) -> Uses | None:
    return uses("Pages that advise it under “See also”", screened(viewer, page.seen_also_from.published()), _page)


def _claims_elsewhere(viewer: Viewer, page: Page) -> Uses | None:
    claims = page.claims.filter(also_on__is_published=True).exclude(also_on=page).distinct().select_related("page")
    return uses("Claims of it that other pages show", screened(viewer, claims), _claim(viewer))


def _claims(viewer: Viewer, page: Page) -> Uses | None:
    claims = page.claims.exclude(also_on__is_published=True).select_related("page")
    return uses("Claims that stand on it alone", screened(viewer, claims), _claim(viewer))


def _ties(viewer: Viewer, page: Page) -> Uses | None:
    ties = Tie.objects.filter(Q(source=page) | Q(target=page)).select_related("source", "target", "claim__page")
    return uses("Ties", screened(viewer, ties), lambda tie: (str(tie), tie.source.get_absolute_url()))


def _events(viewer: Viewer, page: Page) -> Uses | None:
    events = Event.objects.filter(Q(page=page) | Q(claim__page=page)).select_related("page", "claim__page")
    return uses("Events on the timeline", screened(viewer, events), _event)


def _event(event: Event) -> tuple[str, str]:
    return event.title, f"{reverse('lore:timeline')}#{event.shield_anchor}"


def _works(viewer: Viewer, page: Page) -> Uses | None:
    works = Work.objects.filter(page=page)  # bare titles of works are safe for all
    return uses("Works whose page it is", works, lambda work: (work.title, page.get_absolute_url()))


def _questions(viewer: Viewer, page: Page) -> Uses | None:
    claims = Claim.objects.filter(page=page).visible_to(viewer)
    questions = Question.objects.filter(claims__in=claims).distinct()
    return uses("Questions that cite its claims", questions, lambda question: (question.question, reverse("lore:faq")))
