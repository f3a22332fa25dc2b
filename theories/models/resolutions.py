from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from lore.models import ScopeField
from lore.spoilers import ShieldedQuerySet
from theories.models.theories import Theory
from theories.states import Outcome, State, Turn


class Ending(models.TextChoices):
    """What became of a proposal that does not stand any more."""

    RETRACTED = "retracted", "taken back"
    REJECTED = "rejected", "set aside by a moderator"
    SETTLED = "settled", "became the resolution"
    OVERRIDDEN = "overridden", "overridden by a moderator"


class Proposal(models.Model):
    """An outcome that a fan proposes, with evidence. One stands at a time.

    `happened_on` is the day of the first public evidence; `scope` is what evidence and outcome give away;
    `seconded_at` is when the last second that it needs was given.
    """

    shield_kind: ClassVar = "proposal"
    shield_noun: ClassVar = "proposed outcome"
    scope_paths: ClassVar = ("scope", "theory__scope")
    owner_path: ClassVar = "fan_id"

    theory = models.ForeignKey(Theory, on_delete=models.CASCADE, related_name="proposals")
    fan = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="proposals")
    outcome = models.CharField(max_length=20, choices=Outcome)
    evidence = models.TextField(max_length=4000)
    compiled = models.JSONField(default=dict, editable=False)
    scope = ScopeField()
    happened_on = models.DateField()
    made_at = models.DateTimeField()
    seconded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=20, choices=Ending, blank=True)

    objects = ShieldedQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["theory"], name="one_standing_proposal", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="proposal_outcome_known"),
            models.CheckConstraint(
                condition=Q(ending="", ended_at__isnull=True) | Q(ending__in=Ending.values, ended_at__isnull=False),
                name="proposal_ends_somehow",
            ),
        ]
        indexes = [
            # What fans may second, those that have waited longest first: walked until the first few are found. SQLite
            # walks the first, for it must be asked for something; PostgreSQL the other, which alone is in their order.
            *(
                models.Index(fields=fields, name=name, condition=Q(ended_at__isnull=True, seconded_at__isnull=True))
                for name, fields in {"proposal_to_second": ["ended_at", "id"], "proposal_waiting": ["id"]}.items()
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} for {self.theory_id}"


class Second(models.Model):
    """A fan who does not gain by the outcome vouches for a proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="seconds")
    fan = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["proposal", "fan"], name="one_second_each")]

    def __str__(self) -> str:
        return f"second of {self.proposal_id}"


class Objection(models.Model):
    """Sends a proposal to the moderators."""

    shield_kind: ClassVar = "objection"
    shield_noun: ClassVar = "objection"
    scope_paths: ClassVar = ("proposal__scope", "proposal__theory__scope")
    owner_path: ClassVar = "fan_id"

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="objections")
    fan = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(max_length=2000)
    made_at = models.DateTimeField()

    objects = ShieldedQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["proposal", "fan"], name="one_objection_each")]

    def __str__(self) -> str:
        return self.reason[:80]


class Appeal(models.Model):
    """The one appeal that a theory's resolution gets, decided by another moderator than the one who resolved it."""

    theory = models.OneToOneField(Theory, on_delete=models.CASCADE, related_name="appeal")
    fan = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(max_length=2000)
    made_at = models.DateTimeField()
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.reason[:80]


class TurnTaken(models.Model):
    """One change of a theory's state; append-only by a trigger. `actor` None: time did it.

    `scope_before` is what the theory gave away until then, for an undo; of a mark as a duplicate, or as one no longer,
    also what the other theory did, of which its words may speak.
    """

    shield_kind: ClassVar = "turn"
    shield_noun: ClassVar = "turn of events"
    scope_paths: ClassVar = ("scope_before", "proposal__scope", "theory__scope", "theory__duplicate_of__scope")
    owner_path: ClassVar = "actor_id"

    theory = models.ForeignKey(Theory, on_delete=models.CASCADE, related_name="turns")
    turn = models.CharField(max_length=20, choices=Turn)
    state_before = models.CharField(max_length=20, choices=State)
    state_after = models.CharField(max_length=20, choices=State)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.SET_NULL, related_name="turns")
    words = models.TextField(max_length=2000, blank=True)
    scope_before = ScopeField()
    taken_at = models.DateTimeField()

    objects = ShieldedQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "turns taken"
        constraints = [models.CheckConstraint(condition=Q(turn__in=Turn.values), name="turn_known")]

    def __str__(self) -> str:
        return f"{self.theory_id}: {self.get_turn_display()}"
