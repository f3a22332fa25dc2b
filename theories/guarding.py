"""Looking at the votes that accounts cast lately which are not well known, and holding those that stand out
(`theories.integrity`)."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.trust import Level
from theories.clock import now
from theories.counting import lock, recount
from theories.integrity import (
    KNOWN,
    LEAST_OF_NETWORK,
    NARROW,
    WINDOW,
    YOUNG,
    Ballot,
    Lately,
    is_rush,
    of_a_kind,
    of_networks,
    suspicious,
)
from theories.models import NONE, Theory, Vote
from theories.models.votes import VoteQuerySet

NETWORKS_KEPT = timedelta(days=30)
RELEASED_WITHIN = timedelta(hours=12)
"""Held no longer ago than this, a vote may be told from a push by a rush, and counts again."""
_KEPT = 60
"""Seconds for which it is kept what the rest of the site did within a day: it changes slowly, and is dear to count."""
_DIGITS = 16


def may_be_young(fan: User) -> bool:
    """Whether what the fan votes now may be worth a look at once; costs nothing to say."""
    return fan.level == Level.NEW and not fan.is_staff


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
    found = suspicious(ballots, _votes_here(theory_id, moment), _elsewhere_of_late(theory_id, moment))
    return Vote.objects.filter(pk__in=found, is_held=False, is_cleared=False).update(is_held=True)


def look_at_all() -> list[int]:
    """Once more at each theory that may have a trace on it: what was cast meanwhile elsewhere may tell more. Whoever is
    found to push something has all that they voted as a young account within the day held. In a rush, what was held
    before it could be told from a push counts again. Ids of those theories where that changes something."""
    moment = now()
    seen = [_seen(pk, moment) for pk in sorted(_worth_a_look(moment))]
    fans = {ballot.fan for one in seen for ballot in one.ballots if ballot.pk in one.alike}
    more = {one.theory_id: set(one.alike | one.near) for one in seen}
    for theory_id, pk in _young(_cast_since(moment)).filter(fan__in=fans).values_list("theory", "pk"):
        more.setdefault(theory_id, set()).add(pk)
    calm = {one.theory_id: one.calm(fans) for one in seen} if any(one.is_rush for one in seen) else {}
    return [pk for pk in sorted(more) if _held_anew(pk, more[pk], calm.get(pk, set()))]


def forget_networks() -> int:
    """After this long nobody asks any more which votes came from one place."""
    old = Vote.objects.filter(changed_at__lt=now() - NETWORKS_KEPT).exclude(network="")
    return old.update(network="")


@dataclass(frozen=True)
class _Seen:
    """What the job found on one theory."""

    theory_id: int
    ballots: list[Ballot]
    alike: set[int]
    near: set[int]
    is_rush: bool

    def calm(self, fans: Set[int]) -> set[int]:
        """What needs to be held no more, unless its fan is one of these."""
        found = self.alike | self.near
        return {one.pk for one in self.ballots if one.is_held and one.pk not in found and one.fan not in fans}


def _seen(theory_id: int, moment: datetime) -> _Seen:
    ballots, elsewhere = _ballots(theory_id, moment), _elsewhere(theory_id, moment)
    told = ballots, _votes_here(theory_id, moment), elsewhere
    return _Seen(theory_id, ballots, of_a_kind(*told), of_networks(*told), is_rush(ballots, elsewhere))


def _held_anew(theory_id: int, more: set[int], calm: set[int]) -> bool:
    """What a moderator let count, or voided, stays so."""
    with transaction.atomic():
        lock([theory_id])
        rows = Vote.objects.filter(theory=theory_id, is_cleared=False, is_void=False)
        held = rows.filter(pk__in=more, is_held=False).update(is_held=True)
        since = now() - RELEASED_WITHIN
        freed = rows.filter(pk__in=calm, is_held=True, changed_at__gte=since).update(is_held=False)
        if held or freed:
            recount([theory_id])
    return bool(held or freed)


def _worth_a_look(moment: datetime) -> set[int]:
    lately = _cast_since(moment).filter(is_cleared=False).order_by()
    counted = _unknown(lately, moment).values("theory").annotate(votes=Count("pk"))
    many = counted.filter(votes__gte=LEAST_OF_NETWORK)
    return {*many.values_list("theory", flat=True), *lately.filter(is_held=True).values_list("theory", flat=True)}


def _votes_here(theory_id: int, moment: datetime) -> int:
    return _cast_since(moment).filter(theory=theory_id).count()


def _cast_since(moment: datetime) -> VoteQuerySet:
    """Also what was cast long ago, taken back, and cast again within the last day."""
    return Vote.objects.exclude(value=NONE).filter(changed_at__gte=moment - WINDOW, is_void=False, fan__is_active=True)


def _young(votes: VoteQuerySet) -> VoteQuerySet:
    """Those that no moderator has let count, by accounts that were young when they voted."""
    return votes.filter(_is_young(), is_cleared=False)


def _is_young() -> Q:
    """By a new account that had joined, or had begun to vote, within a week."""
    before = Vote.objects.filter(fan=OuterRef("fan"), cast_at__lt=OuterRef("cast_at") - YOUNG)
    is_fresh = Q(fan__date_joined__gt=F("cast_at") - YOUNG) | ~Exists(before)
    return is_fresh & Q(fan__level=Level.NEW, fan__is_staff=False)


def _unknown(votes: VoteQuerySet, moment: datetime) -> VoteQuerySet:
    """Those by accounts that are not well known."""
    return votes.filter(_is_unknown(moment))


def _is_unknown(moment: datetime) -> Q:
    is_fan = Q(fan__level=Level.FAN, fan__date_joined__gt=moment - KNOWN)
    return Q(fan__is_staff=False) & (Q(fan__level=Level.NEW) | is_fan)


def with_reach(votes: VoteQuerySet) -> VoteQuerySet:
    """Each with `reach`: on how many theories its fan has voted at all."""
    own = Vote.objects.filter(fan=OuterRef("fan")).exclude(value=NONE).order_by()
    counted = own.values("fan").annotate(theories=Count("pk")).values("theories")
    return votes.annotate(reach=Coalesce(Subquery(counted), 0, output_field=IntegerField()))


def _ballots(theory_id: int, moment: datetime) -> list[Ballot]:
    rows = with_reach(_unknown(_cast_since(moment).filter(theory=theory_id, is_cleared=False), moment))
    marked = rows.annotate(young=Case(When(_is_young(), then=True), default=False)).order_by("pk")
    found = marked.values_list("pk", "value", "network", "reach", "young", "fan", "is_held")
    return [Ballot(*told) for told in found]


def _elsewhere_of_late(theory_id: int, moment: datetime) -> Lately:
    """As it was a minute ago at most."""
    kept = cache.get(_key(theory_id))
    return _elsewhere(theory_id, moment) if kept is None else kept


def _elsewhere(theory_id: int, moment: datetime) -> Lately:
    """What counts on all other theories."""
    lately = _cast_since(moment)
    counted = lately.filter(is_held=False).exclude(theory=theory_id).order_by()
    of_all = counted.values("network").annotate(votes=Count("pk"), unknown=Count("pk", filter=_is_unknown(moment)))
    of_young = with_reach(_young(counted)).values_list("fan", "network", "reach")
    here = set(lately.filter(theory=theory_id, fan__level=Level.NEW).values_list("fan", flat=True))
    found = _added_up(list(of_all.values_list("votes", "network", "unknown")), list(of_young), here)
    cache.set(_key(theory_id), found, _KEPT)
    return found


def _added_up(of_all: Sequence[tuple[int, str, int]], young: Sequence[tuple[int, str, int]], here: Set[int]) -> Lately:
    """`young`: of each vote its fan, its network, and on how many theories that fan has voted."""
    reach_of = {fan: reach for fan, _, reach in young if fan not in here}
    return Lately(
        votes=sum(votes for votes, *_ in of_all),
        young=len(young),
        narrow=sum(reach <= NARROW for *_, reach in young),
        from_all={network: unknown for _, network, unknown in of_all},
        from_young=Counter(network for _, network, _ in young),
        reaches=Counter(reach_of.values()),
    )


def _key(theory_id: int) -> str:
    return f"votes-beside-{theory_id}"
