"""What moderators decide about votes: whether those that wait for a look count. They see how many there are and how
these resemble one another, never who voted what."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.models import Count, F, Max, Min, Q, QuerySet

from accounts.models import User
from moderation.hooks import Figure
from theories.counting import lock, recount
from theories.guarding import with_reach
from theories.integrity import NARROW
from theories.models import NONE, Forecast, Theory, Vote
from theories.models.votes import BOTH, FAN, HELD, VoteQuerySet
from theories.tasks import follow_voided

_FOR_FAN = Q(is_void=True) & ~Q(voided_for=HELD)


@dataclass(frozen=True)
class Cluster:
    """The votes on one theory that wait for a look, or were voided then. `commoner`: how many of them go the commoner
    way, whichever that is; ages are those of the accounts when they voted, in whole days."""

    votes: int
    commoner: int
    narrow: int
    networks: int
    youngest: int
    oldest: int
    is_void: bool

    @property
    def figures(self) -> list[Figure]:
        if not self.votes:
            return []
        return [
            Figure("Voided votes" if self.is_void else "Held votes", self.votes),
            Figure("In one direction", f"{round(100 * self.commoner / self.votes)} %"),
            Figure("Networks they came from", self.networks),
            Figure("Days the accounts had been here", f"{self.youngest} to {self.oldest}"),
            Figure(f"By accounts that voted on at most {NARROW} theories", self.narrow),
        ]


def cluster_on(theory: Theory, *, is_void: bool = False) -> Cluster:
    age = F("cast_at") - F("fan__date_joined")
    rows = with_reach(_held(theory).exclude(_FOR_FAN).filter(is_void=is_void))
    found = rows.order_by().aggregate(
        votes=Count("pk"),
        believe=Count("pk", filter=Q(value__gt=NONE)),
        narrow=Count("pk", filter=Q(reach__lte=NARROW)),
        networks=Count("network", distinct=True, filter=~Q(network="")),
        youngest=Min(age),
        oldest=Max(age),
    )
    believe, youngest, oldest = (found.pop(name) for name in ("believe", "youngest", "oldest"))
    days = {"youngest": youngest.days if youngest else 0, "oldest": oldest.days if oldest else 0}
    return Cluster(commoner=max(believe, found["votes"] - believe), **found, **days, is_void=is_void)


def void_held(theory: Theory) -> None:
    """They never count. They stay marked as held, so that this can be taken back."""
    _held(theory).update(is_void=True, voided_for=F("voided_for").bitor(HELD))
    recount([theory.pk])


def count_held(theory: Theory) -> None:
    """They count, those too that were voided when they were held; none is held again. Those of a fan all of whose votes
    were voided stay void for that."""
    rows = _held(theory)
    rows.exclude(_FOR_FAN).update(is_void=False)
    rows.update(is_held=False, is_cleared=True, voided_for=F("voided_for").bitand(FAN))
    recount([theory.pk])


def has_held(theory: Theory) -> bool:
    """Also those that were voided: that can be taken back."""
    return _held(theory).exclude(_FOR_FAN).exists()


def has_waiting(theory: Theory) -> bool:
    return _held(theory).filter(is_void=False).exists()


def void_all_of(fan: User) -> None:
    """All that a fan voted and forecast, held votes as well, looking back: what is resolved is scored anew."""
    votes, forecasts = _counting(fan)
    with _followed(votes, forecasts):
        votes.update(is_void=True, voided_for=F("voided_for").bitor(FAN))
        forecasts.update(is_void=True)


def count_all_of(fan: User) -> None:
    """Takes that back. What else waits for a look goes on waiting, and what was voided when it was held stays void."""
    votes, forecasts = _void(fan)
    with _followed(votes, forecasts):
        votes.update(is_void=Q(voided_for=BOTH), voided_for=F("voided_for").bitand(HELD))
        forecasts.update(is_void=False)


def has_counting(fan: User) -> bool:
    return any(rows.exists() for rows in _counting(fan))


def has_void(fan: User) -> bool:
    return any(rows.exists() for rows in _void(fan))


@contextmanager
def _followed(*changing: QuerySet) -> Iterator[None]:
    """The theories of these rows are held meanwhile, and brought into line after."""
    ids = {pk for rows in changing for pk in rows.order_by().values_list("theory_id", flat=True).distinct()}
    lock(ids)
    yield
    follow_voided(ids)


def _counting(fan: User) -> tuple[QuerySet[Vote], QuerySet[Forecast]]:
    """Those that are not voided for the fan yet."""
    return Vote.objects.filter(fan=fan).exclude(_FOR_FAN), Forecast.objects.filter(fan=fan, is_void=False)


def _void(fan: User) -> tuple[QuerySet[Vote], QuerySet[Forecast]]:
    return Vote.objects.filter(_FOR_FAN, fan=fan), Forecast.objects.filter(fan=fan, is_void=True)


def _held(theory: Theory) -> VoteQuerySet:
    return Vote.objects.filter(theory=theory, is_held=True)
