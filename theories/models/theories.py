from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from accounts.muting import Muted
from lore.models import ScopeField, Work
from lore.spoilers import EVERYTHING, ShieldedQuerySet, Viewer
from moderation.models import Moderated
from theories.models.tags import Tag
from theories.states import RESOLVED, STORED, UNRESOLVED, Outcome, State

CLOSING_SOON = timedelta(days=14)
UNLISTED = (State.WITHDRAWN, State.DUPLICATE)
NEWCOMER = Viewer()
_ORDERS = [("hot", "hot"), ("new", "opened_at"), ("top", "top"), ("controversy", "controversy")]
"""What indexes are named by, and the column."""
_ASKED = ["is_hidden", "state", "scope", "author"]
"""What lists ask each theory that they walk past; what stands in an index's condition alone SQLite asks the row."""


class TheoryQuerySet(ShieldedQuerySet):
    def listed(self) -> Self:
        """What lists, searches and counts are made of: no drafts, nothing hidden."""
        return self.filter(is_hidden=False).exclude(state=State.DRAFT)

    def reachable_by(self, viewer: Viewer) -> Self:
        """What a viewer may ask for by its address: what is listed, and all of their own. Not the shield."""
        public = Q(is_hidden=False) & ~Q(state=State.DRAFT)
        return self.filter(public | Q(author=viewer.fan_id)) if viewer.fan_id else self.filter(public)

    def in_lists(self) -> Self:
        """Those that readers browse: what was withdrawn or repeats another is found by its status alone."""
        return self.listed().exclude(state__in=UNLISTED)

    def wanted_by(self, viewer: Viewer, muted: Muted | None = None) -> Self:
        """Without what the viewer has muted (or `muted`). What is shielded from them keeps its neutral place: that it
        was missing would tell whose it is, or what it is about."""
        muted = viewer.muted if muted is None else muted
        if not muted:
            return self
        taggings = self.model.tags.through.objects.filter(theory=OuterRef("pk"), tag__in=muted.tags)
        unwanted = Q(author__in=muted.fans) | Q(Exists(taggings))
        if viewer.seen != EVERYTHING:
            unwanted &= self.shown_to(viewer)
        return self.exclude(unwanted & ~Q(author=viewer.fan_id))

    def settled(self) -> Self:
        """Resolved, though a row may not say so yet; `Theory.current_state` of rows."""
        return self.filter(resolved_at__lte=timezone.now()).exclude(state=State.PROPOSED, is_hidden=True)

    def closing(self) -> Self:
        """Open, with a known end, the next to close first."""
        return self.filter(state=State.OPEN, closes_at__gt=timezone.now()).order_by("closes_at", "id")

    def closing_soon(self) -> Self:
        return self.closing().filter(closes_at__lte=timezone.now() + CLOSING_SOON)

    def for_cards(self, viewer: Viewer = NEWCOMER) -> Self:
        """With all that a card shows; of the tags those that the viewer may see, as `shown_tags`, and whether a premise
        is broken, as far as they may know of it."""
        tags = models.Prefetch("tags", Tag.objects.visible_to(viewer), to_attr="shown_tags")
        citations = self.model.citations.rel.related_model.objects
        broken = citations.visible_to(viewer).broken().filter(theory=models.OuterRef("pk"))
        cards = self.annotate(has_broken_premise=models.Exists(broken)).select_related("author", "due_work")
        return cards.prefetch_related(tags).fetch_mode(models.FETCH_RAISE)


class Theory(Moderated):
    """A prediction that can come true or fail. Counts and ranks follow the rows (`theories.counting`)."""

    shield_kind: ClassVar = "theory"
    shield_noun: ClassVar = "theory"
    scope_paths: ClassVar = ("scope",)
    owner_path: ClassVar = "author_id"

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="theories")
    claim = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80)
    case = models.TextField(max_length=20_000, blank=True)
    compiled = models.JSONField(default=dict, editable=False)
    criteria = models.TextField(max_length=1000, blank=True)
    due = models.DateField(null=True, blank=True)
    due_work = models.ForeignKey(Work, null=True, blank=True, on_delete=models.PROTECT, related_name="awaited_by")
    closes_at = models.DateTimeField(null=True, blank=True, editable=False)
    scope = ScopeField()
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT, editable=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="theories")
    picture = models.ForeignKey("lore.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="theories")
    seed_key = models.SlugField(max_length=80, null=True, blank=True, unique=True, editable=False)

    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    backing_withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates", editable=False
    )
    succeeds = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors", editable=False
    )
    slow_minutes = models.PositiveSmallIntegerField(default=0, editable=False)

    outcome = models.CharField(max_length=20, choices=Outcome, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    happened_on = models.DateField(null=True, blank=True, editable=False)
    resolved_at = models.DateTimeField(null=True, blank=True, editable=False)
    scored_at = models.DateTimeField(null=True, blank=True, editable=False)

    forecast_count = models.PositiveIntegerField(default=0, editable=False)
    crowd = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    believe_count = models.PositiveIntegerField(default=0, editable=False)
    doubt_count = models.PositiveIntegerField(default=0, editable=False)
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    held_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    hot = models.FloatField(default=0, editable=False)
    top = models.FloatField(default=0, editable=False)
    controversy = models.FloatField(default=0, editable=False)

    objects = TheoryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "theories"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STORED), name="theory_state_known"),
            models.CheckConstraint(
                condition=Q(due__isnull=True) | Q(due_work__isnull=True), name="theory_due_by_date_or_work"
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT)
                | (Q(opened_at__isnull=False) & (Q(due__isnull=False) | Q(due_work__isnull=False)) & ~Q(criteria="")),
                name="theory_posted_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", resolved_at__isnull=True) & ~Q(state__in=RESOLVED)
                | Q(outcome__in=Outcome.values, resolved_at__isnull=False, closed_at__isnull=False)
                & (Q(state="proposed") | Q(state__in=RESOLVED, outcome=models.F("state"))),
                name="theory_resolved_when_resolved",
            ),
            models.CheckConstraint(
                condition=Q(state="duplicate", duplicate_of__isnull=False)
                | (~Q(state="duplicate") & Q(duplicate_of__isnull=True)),
                name="theory_duplicate_of_one",
            ),
            models.CheckConstraint(
                condition=~Q(duplicate_of=models.F("id")) & ~Q(succeeds=models.F("id")),
                name="theory_not_its_own_kin",
            ),
            models.CheckConstraint(
                condition=Q(crowd__isnull=True) | Q(crowd__range=(1, 99)), name="theory_crowd_in_per_cent"
            ),
        ]
        # One index for each order of /theories/, over what is listed; id breaks ties. Behind these what lists ask each
        # theory that they walk past: whether it is listed, open, within the viewer's shield, by that author.
        indexes = [
            models.Index(
                fields=[f"-{field}", "-id", *_ASKED, "closes_at"],
                name=f"theory_by_{name}",
                condition=Q(is_hidden=False),
            )
            for name, field in _ORDERS
        ]
        # `?status=`: few among many, in each order. Votes change none of these rows' places: they are not open.
        indexes += [
            models.Index(
                fields=["state", f"-{field}", "-id", "is_hidden", "scope", "author"],
                name=f"theory_state_{name}",
                condition=Q(is_hidden=False) & ~Q(state=State.OPEN),
            )
            for name, field in _ORDERS
        ]
        # `?status=resolved`, and by outcome.
        indexes += [
            models.Index(
                fields=[f"-{field}", "-id", "outcome", "resolved_at", *_ASKED],
                name=f"theory_outcome_{name}",
                condition=Q(is_hidden=False) & ~Q(outcome=""),
            )
            for name, field in _ORDERS
        ]
        indexes += [
            models.Index(
                fields=["-resolved_at", "-id", *_ASKED],
                name="theory_by_resolution",
                condition=Q(is_hidden=False),
            ),
            models.Index(
                fields=["closes_at", "id", *_ASKED],
                name="theory_by_closing",
                condition=Q(is_hidden=False, state=State.OPEN),
            ),
            # Of others that may still be voted on: whose time is up next (`theories.awaiting`). By a list of states
            # SQLite would not find it.
            models.Index(
                fields=["closes_at"],
                name="theory_contested_by_closing",
                condition=Q(closed_at__isnull=True) & ~Q(state=State.OPEN),
            ),
            # What waits for its hour, and what is resolved and not scored yet: `settle_due`, once a minute.
            models.Index(
                fields=["resolved_at", "id"],
                name="theory_to_settle",
                condition=Q(resolved_at__isnull=False, scored_at__isnull=True),
            ),
            # A fan's profile, newest first; the rest so that theirs are counted by status without reading the rows.
            models.Index(
                fields=[
                    *["author", "-opened_at", "-id"],
                    *["is_hidden", "state", "scope", "outcome", "resolved_at", "closes_at"],
                ],
                name="theory_by_author",
            ),
            # `?work=`: which scopes are in use, what has them, what waits for a work; the id, so that PostgreSQL need
            # not read the rows.
            models.Index(fields=["scope", "id"], name="theory_by_scope"),
            models.Index(fields=["due_work", "id"], name="theory_by_due_work"),
        ]

    def __str__(self) -> str:
        return self.claim

    def get_absolute_url(self) -> str:
        return reverse("theories:theory", args=[self.pk, self.slug])

    @property
    def shield_href(self) -> str:
        return reverse("theories:by_id", args=[self.pk])

    @property
    def edition(self) -> str:
        """Changes with every save by its author: what an edit form was filled from."""
        return str(round(self.edited_at.timestamp() * 1000)) if self.edited_at else ""

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def current_state(self) -> State:
        """The state by the clock: an open theory whose time is up is due, and an outcome that was seconded and that
        nobody objected to in time is the resolution, whether or not a row says so yet. While it is hidden nobody could
        object: its time stands still (`theories.turning.give_time_back`)."""
        if self.state == State.OPEN and _is_past(self.closes_at):
            return State.DUE
        if self.state == State.PROPOSED and not self.is_hidden and _is_past(self.resolved_at):
            return State(self.outcome)
        return State(self.state)

    @property
    def is_due(self) -> bool:
        return self.current_state == State.DUE

    @property
    def is_resolved(self) -> bool:
        return self.current_state in RESOLVED

    @property
    def is_settled(self) -> bool:
        """Time has resolved it, and its row does not say so yet."""
        return self.state == State.PROPOSED and self.is_resolved

    @property
    def is_seconded(self) -> bool:
        """Its proposed outcome has the seconds it needs, and waits for objections."""
        return self.current_state == State.PROPOSED and self.resolved_at is not None

    @property
    def is_closing(self) -> bool:
        return self.takes_votes_until is not None and self.takes_votes_until - timezone.now() <= CLOSING_SOON

    @property
    def takes_votes_until(self) -> datetime | None:
        return self.closes_at if self.is_undecided else None

    @property
    def is_undecided(self) -> bool:
        """Votes and forecasts may still be changed, as far as its state goes: an outcome that only one fan stands
        for, or that somebody disputes, closes nothing."""
        return self.state in UNRESOLVED and not self.closed_at and not _is_past(self.closes_at)

    @property
    def takes_votes(self) -> bool:
        return self.is_undecided and not self.is_locked and not self.is_hidden

    @property
    def shown_state(self) -> str:
        """The state as a reader sees it: time counts, nothing waits for a clock."""
        return "closing" if self.state == State.OPEN and self.is_closing else self.current_state.value

    @property
    def vote_count(self) -> int:
        return self.believe_count + self.doubt_count

    @property
    def believe_share(self) -> int | None:
        """Per cent of the counted votes that believe, rounded; None without votes."""
        return round(100 * self.believe_count / self.vote_count) if self.vote_count else None


def _is_past(moment: datetime | None) -> bool:
    return moment is not None and moment <= timezone.now()


def end_of_day(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, UTC)


def slug_of(claim: str) -> str:
    return slugify(claim)[:80].rstrip("-") or "theory"
