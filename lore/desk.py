"""The editors' desk: what waits for somebody, oldest first, each with its place. Editors are shielded like everybody,
so what they have not seen is named only once they ask."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, ClassVar

from django.core.paginator import Page as Sheet
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from lore import markup
from lore.models import Claim, Draft, Page, PictureSuggestion, Review, ScheduledEdit, Source, Status, Suggestion
from lore.models.claims import STALE_AFTER
from lore.spoilers import Fold, Shield, Viewer, folded, whole_scope

PAGE_LENGTH = 50


@dataclass(frozen=True)
class Row:
    """One thing that waits. `words` say why, `who` and `when` whose it is and since when (or until when) it waits."""

    title: str
    href: str
    words: str = ""
    who: User | None = None
    when: date | datetime | None = None
    until: datetime | None = None
    fault: str = ""
    is_shield: ClassVar[bool] = False
    is_fold: ClassVar[bool] = False


@dataclass(frozen=True)
class CoveredRow(Shield):
    """One that waits behind the curtain. Who sent it, and when, gives nothing away."""

    who: User | None = None
    when: datetime | None = None


Entry = Row | Shield | Fold


def _covered(shield: Shield, thing: Suggestion | PictureSuggestion, **more: Any) -> CoveredRow:
    about = {field.name: getattr(shield, field.name) for field in fields(shield)}
    return CoveredRow(**(about | more), who=thing.author, when=thing.created_at)


@dataclass(frozen=True)
class Queue:
    name: str
    title: str
    about: str
    empty: str
    waiting: Callable[[User], QuerySet]
    row: Callable[[Viewer, Any], Row | Shield]


@dataclass(frozen=True)
class Tab:
    queue: Queue
    count: int
    is_chosen: bool


def desk_of(viewer: Viewer, editor: User, chosen: str, sheet: str) -> dict[str, object]:
    """Every queue with its count, and the chosen one's entries."""
    queue = next((queue for queue in QUEUES if queue.name == chosen), QUEUES[0])
    counts = {each.name: each.waiting(editor).count() for each in QUEUES}
    shown: Sheet = Paginator(queue.waiting(editor), PAGE_LENGTH).get_page(sheet)
    return {
        "tabs": [Tab(each, counts[each.name], each is queue) for each in QUEUES],
        "queue": queue,
        "entries": list(folded(queue.row(viewer, thing) for thing in shown)),
        "newer_href": _sheet_href(queue, shown.previous_page_number) if shown.has_previous() else "",
        "older_href": _sheet_href(queue, shown.next_page_number) if shown.has_next() else "",
    }


def _sheet_href(queue: Queue, number: Callable[[], int]) -> str:
    return f"?queue={queue.name}&page={number()}"


def waiting_for_editors() -> dict[str, int]:
    """What fans wait for."""
    return {
        "suggestions": Suggestion.objects.filter(state=Review.OPEN).count(),
        "pictures": PictureSuggestion.objects.filter(state=Review.OPEN).count(),
    }


def _stands_in(viewer: Viewer, thing: Any, href: str, row: Callable[[], Row]) -> Row | Shield:
    """The row, or a shield that leads to the same place: there they are asked first."""
    return row() if viewer.sees(thing) else replace(viewer.shield(thing), href=href)


# What waits


def _suggestions(editor: User) -> QuerySet[Suggestion]:
    rows = Suggestion.objects.filter(state=Review.OPEN).select_related("page", "author", "based_on")
    return rows.order_by("created_at", "pk")


def _suggestion_row(viewer: Viewer, thing: Suggestion) -> Row | Shield:
    href = thing.get_absolute_url()
    base = thing.based_on.scope if thing.based_on else 0
    if not viewer.inside(base | whole_scope(thing)):  # the reason may speak of what is to go
        works = viewer.named(viewer.missing(base | whole_scope(thing)))
        return _covered(viewer.shield(thing), thing, works=works, href=href)
    return Row(thing.page.title, href, thing.comment, thing.author, thing.created_at)


def _pictures(editor: User) -> QuerySet[PictureSuggestion]:
    rows = PictureSuggestion.objects.filter(state=Review.OPEN).select_related("page", "author", "image")
    return rows.order_by("created_at", "pk")


def _picture_row(viewer: Viewer, thing: PictureSuggestion) -> Row | Shield:
    href = reverse("lore:image_suggestion", args=[thing.pk])
    if not viewer.sees(thing):
        return _covered(viewer.shield(thing), thing, href=href)
    return Row(thing.page.title, href, thing.comment or thing.image.alt, thing.author, thing.created_at)


def _scheduled(editor: User) -> QuerySet[ScheduledEdit]:
    return ScheduledEdit.objects.select_related("page", "editor", "based_on").order_by("publish_at", "pk")


def _scheduled_row(viewer: Viewer, thing: ScheduledEdit) -> Row | Shield:
    href = _place("lore:edit", thing.page)
    gone = thing.based_on.scope if thing.based_on else 0  # the reason may speak of what is to go
    words = thing.comment if viewer.inside(thing.scope | gone) else ""
    return _stands_in(
        viewer,
        thing.page,
        href,
        lambda: Row(thing.page.title, href, words, thing.editor, until=thing.publish_at, fault=thing.fault),
    )


def _drafts(editor: User) -> QuerySet[Draft]:
    return Draft.objects.filter(fan=editor).select_related("page").order_by("saved_at", "pk")


def _draft_row(viewer: Viewer, thing: Draft) -> Row | Shield:
    """Their own words; the page's title only where they see that."""
    typed, comment = (" ".join(thing.fields.get(name, [])) for name in ("title", "comment"))
    if thing.page is None:
        return Row(typed or "A page without a title yet", reverse("lore:new"), "A new page", when=thing.saved_at)
    title = thing.page.title if viewer.sees(thing.page) else typed
    return Row(title or "A page", _place("lore:edit", thing.page), comment, when=thing.saved_at)


def _deleted(editor: User) -> QuerySet[Page]:
    return Page.objects.filter(deleted_at__isnull=False).order_by("deleted_at", "pk")


def _deleted_row(viewer: Viewer, thing: Page) -> Row | Shield:
    href = _place("lore:undelete", thing)
    return _stands_in(viewer, thing, href, lambda: Row(thing.title, href, when=thing.deleted_at))


def _faulty_sources(editor: User) -> QuerySet[Source]:
    return Source.objects.exclude(fault="").order_by("checked_at", "pk")


def _source_row(viewer: Viewer, thing: Source) -> Row:
    href = reverse("admin:lore_source_change", args=[thing.pk])
    return Row(thing.title, href, thing.url, when=thing.checked_at, fault=thing.fault)


def _stale_rumours(editor: User) -> QuerySet[Claim]:
    day = timezone.now().date() - STALE_AFTER
    rumours = Claim.objects.published().standing().filter(status=Status.RUMOUR, as_of__lt=day)
    return rumours.select_related("page").order_by("as_of", "pk")


def _rumour_row(viewer: Viewer, thing: Claim) -> Row | Shield:
    href = reverse("lore:claim_edit", args=[thing.key])
    text = markup.from_json(thing.compiled).plain(lambda scope: viewer.inside(scope & ~thing.scope))
    return _stands_in(viewer, thing, href, lambda: Row(text, href, f"On {thing.page.title}", when=thing.as_of))


def _place(name: str, page: Page) -> str:
    """By id: its slug may say too much."""
    return reverse(name, args=[f"page-{page.pk}"])


QUEUES = (
    Queue(
        "suggestions",
        "Suggestions",
        "Edits that fans propose. Compare, amend, approve, or decline with a reason.",
        "No suggestion waits",
        _suggestions,
        _suggestion_row,
    ),
    Queue(
        "pictures",
        "Pictures",
        "Pictures that fans propose for a page.",
        "No picture waits",
        _pictures,
        _picture_row,
    ),
    Queue(
        "scheduled",
        "Scheduled",
        "Edits that wait for their hour, and those that could not be saved when it came.",
        "Nothing is scheduled",
        _scheduled,
        _scheduled_row,
    ),
    Queue(
        "drafts",
        "Your drafts",
        "What you began to write and have not saved. Nobody else sees it.",
        "You left nothing unfinished",
        _drafts,
        _draft_row,
    ),
    Queue(
        "deleted",
        "Deleted pages",
        "They keep everything they held and can be brought back.",
        "No page is deleted",
        _deleted,
        _deleted_row,
    ),
    Queue(
        "sources",
        "Broken sources",
        "Sources whose address did not answer when it was last tried.",
        "Every source answered",
        _faulty_sources,
        _source_row,
    ),
    Queue(
        "rumours",
        "Stale rumours",
        "Rumours that nobody has confirmed or refuted for ninety days.",
        "No rumour is stale",
        _stale_rumours,
        _rumour_row,
    ),
)
