"""The log of changes, as it is read: the whole lore's, narrowed down, and where one of its lines leads."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Self
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from lore.models import Change, ChangeKind, PageKind
from lore.spoilers import Fold, Shield, Viewer, screened

A_PAGE = 50
DAYS = {1: "the last day", 7: "the last week", 30: "the last month", 90: "the last three months"}
PAGES = {value: label for value, label in PageKind.choices if value != PageKind.HOUSE}
TEXTS = ("lead", "hatnote", "facts", "body", "compiled")
"""What a list of revisions does without."""


@dataclass(frozen=True)
class Filters:
    """What somebody wants of the recent changes. What makes no sense is not asked for."""

    kind: str = ""
    pages: str = ""
    who: str = ""
    since: int = 0

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        since = query.get("since", "")
        return cls(
            _known(query.get("kind", ""), ChangeKind.values),
            _known(query.get("pages", ""), PAGES),
            query.get("who", "").strip()[:30],
            int(since) if since in map(str, DAYS) else 0,
        )

    @property
    def chosen(self) -> dict[str, str | int]:
        return {name: value for name, value in asdict(self).items() if value}

    def narrow(self, changes: QuerySet[Change]) -> QuerySet[Change]:
        if self.kind:
            changes = changes.filter(kind=self.kind)
        if self.pages:
            changes = changes.filter(page__kind=self.pages)
        if self.who:
            by = Q(actor__username__iexact=self.who) | Q(credited_to__username__iexact=self.who)
            changes = changes.filter(by)
        if self.since:
            changes = changes.filter(happened_at__gte=timezone.now() - timedelta(days=self.since))
        return changes


def _known(value: str, values: object) -> str:
    return value if value in values else ""


@dataclass(frozen=True)
class Listing:
    filters: Filters
    entries: list[Change | Shield | Fold]
    older: int | None

    @property
    def newest_href(self) -> str:
        return _address(self.filters.chosen)

    @property
    def older_href(self) -> str:
        return _address(self.filters.chosen | {"before": self.older}) if self.older else ""


def _address(query: Mapping[str, str | int]) -> str:
    return f"{reverse('lore:changes')}?{urlencode(query)}" if query else reverse("lore:changes")


def recent_changes(viewer: Viewer, filters: Filters, before: int | None = None) -> Listing:
    """With a filter, what is shielded is left out: a card in its place would say that it fits."""
    changes = filters.narrow(about(Change.objects.public()))
    if filters.chosen:
        changes = changes.visible_to(viewer)
    if before:
        changes = changes.filter(pk__lt=before)
    found = list(changes.order_by("-pk")[: A_PAGE + 1])
    older = found[A_PAGE - 1].pk if len(found) > A_PAGE else None
    return Listing(filters, screened(viewer, found[:A_PAGE]), older)


def about(changes: QuerySet[Change]) -> QuerySet[Change]:
    """With all that a line of the log names, and without the texts."""
    named = ("page", "revision", "actor", "credited_to", "claim__page", "newer__page")
    return changes.select_related(*named).defer(*(f"revision__{name}" for name in TEXTS))


def address_of(change: Change) -> str:
    """Where one sees what it did; empty for a page that is no longer read."""
    slug, revision = change.page.slug, change.revision
    if not change.page.is_published:
        return ""
    if revision and revision.number > 1:
        return f"{reverse('lore:compare', args=[slug])}?from={revision.number - 1}&to={revision.number}"
    if revision:
        return reverse("lore:revision", args=[slug, revision.number])
    if change.claim:
        return reverse("lore:claim", args=[change.claim.key])
    return change.page.get_absolute_url()
