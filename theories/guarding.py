"""Looking at the votes that young accounts cast lately, and holding those that stand out (`theories.integrity`)."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.trust import Level
from theories.clock import now
from theories.counting import lock, recount
from theories.integrity import (
    LEAST_OF_NETWORK,
    NARROW,
    WINDOW,
    YOUNG,
    Ballot,
    Lately,
    suspicious,
)
from theories.models import NONE, Theory, Vote
from theories.models.votes import VoteQuerySet

NETWORKS_KEPT = timedelta(days=30)
_KEPT = 60
"""Seconds for which it is kept what the rest of the site did within a day: it changes slowly, and is dear to count."""
_DIGITS = 16


def is_young(fan: User, moment: datetime) -> bool:
    """Whether what the fan votes now is worth a look; costs nothing to say."""
    return fan.level == Level.NEW and not fan.is_staff and moment - fan.date_joined < YOUNG


def network_key(network: str, moment: datetime) -> str:
    """A network by a keyed hash, which nobody can lead back to an address, and which is another one next week."""
    year, week, _ = moment.isocalendar()
    secret = f"votes:{year}-{week}:{settings.SECRET_KEY}".encode()
    return hmac.new(secret, network.encode(), hashlib.sha256).hexdigest()[:_DIGITS] if network else ""


def with_young_votes(theories: QuerySet[Theory]) -> QuerySet[Theory]:
    """Each with `young_votes`: how many young accounts voted within the last day. To tell in one statement with others
    whether a look is worth it: `is_worth_a_look`."""
    young = _young(_cast_since(now())).filter(theory=OuterRef("pk")).order_by().values("theory")
    counted = young.annotate(votes=Count("pk")).values("votes")
    return theories.annotate(young_votes=Coalesce(Subquery(counted), 0, output_field=IntegerField()))


def is_worth_a_look(theory: Theory) -> bool:
    """Once one young vote more is cast. Too few cannot be a burst."""
    return theory.young_votes + 1 >= LEAST_OF_NETWORK


def look(theory_id: int) -> int:
    """Holds what stands out among the theory's votes of the last day; how many more are held now. Counts are the
    caller's to bring into line, who holds the theory's row lock."""
    moment = now()
    ballots = _ballots(theory_id, moment)
    if len(ballots) < LEAST_OF_NETWORK:
        return 0
    here = _cast_since(moment).filter(theory=theory_id).count()
    found = suspicious(ballots, here, _elsewhere(theory_id, moment))
    return Vote.objects.filter(pk__in=found, is_held=False, is_cleared=False).update(is_held=True)


def look_at_all() -> list[int]:
    """Once more at each theory that a young account voted on within the last day: what was cast meanwhile elsewhere
    may tell more. Ids of those where something more is held."""
    moment = now()
    ids = _young(_cast_since(moment)).filter(is_held=False).order_by().values_list("theory", flat=True).distinct()
    return [pk for pk in sorted(ids) if _looked(pk)]


def forget_networks() -> int:
    """After this long nobody asks any more which votes came from one place."""
    old = Vote.objects.filter(changed_at__lt=now() - NETWORKS_KEPT).exclude(network="")
    return old.update(network="")


def _looked(theory_id: int) -> bool:
    with transaction.atomic():
        lock([theory_id])
        held = look(theory_id)
        if held:
            recount([theory_id])
    return bool(held)


def _cast_since(moment: datetime) -> VoteQuerySet:
    """Also what was cast long ago, taken back, and cast again within the last day."""
    return Vote.objects.exclude(value=NONE).filter(changed_at__gte=moment - WINDOW, is_void=False, fan__is_active=True)


def _young(votes: VoteQuerySet) -> VoteQuerySet:
    """Those that no moderator has let count, by accounts that were young when they voted."""
    return votes.filter(
        is_cleared=False, fan__level=Level.NEW, fan__is_staff=False, fan__date_joined__gt=F("cast_at") - YOUNG
    )


def with_reach(votes: VoteQuerySet) -> VoteQuerySet:
    """Each with `reach`: on how many theories its fan has voted at all."""
    own = Vote.objects.filter(fan=OuterRef("fan")).exclude(value=NONE).order_by()
    counted = own.values("fan").annotate(theories=Count("pk")).values("theories")
    return votes.annotate(reach=Coalesce(Subquery(counted), 0, output_field=IntegerField()))


def _ballots(theory_id: int, moment: datetime) -> list[Ballot]:
    rows = with_reach(_young(_cast_since(moment)).filter(theory=theory_id)).order_by("pk")
    found = rows.values_list("pk", "value", "network", "reach")
    return [Ballot(pk, value, network, reach <= NARROW) for pk, value, network, reach in found]


def _elsewhere(theory_id: int, moment: datetime) -> Lately:
    """What counts on all other theories; as it was a minute ago at most."""
    key = f"votes-beside-{theory_id}"
    kept = cache.get(key)
    if kept is None:
        counted = _cast_since(moment).filter(is_held=False).exclude(theory=theory_id)
        young = with_reach(_young(counted)).order_by().values("network")
        rows = young.annotate(young=Count("pk"), narrow=Count("pk", filter=Q(reach__lte=NARROW)))
        kept = _added_up(counted.count(), list(rows.values_list("network", "young", "narrow")))
        cache.set(key, kept, _KEPT)
    return kept


def _added_up(votes: int, rows: Sequence[tuple[str, int, int]]) -> Lately:
    young_from = {network: young for network, young, _ in rows}
    return Lately(votes, sum(young_from.values()), sum(narrow for *_, narrow in rows), young_from)
