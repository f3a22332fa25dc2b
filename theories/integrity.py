"""Which votes wait for a look before they count. Pure: no database.

Somebody with many accounts leaves one trace that they cannot avoid: on what they push, accounts of a kind stand closer
together than on the rest of the site at the same time. So every test here compares a share on one theory with the same
share elsewhere, within one day, and asks whether chance explains the difference. An honest rush, as on the day of a
release, brings newcomers everywhere at once: then the share elsewhere rises too, and nothing is held.

Of `of` votes here `marked` bear a mark; elsewhere `marked` of `of` do. With p = (marked + 3) / (of + 10) elsewhere,
smoothed so that a quiet site neither trusts nor suspects much, it is a burst when `marked` here is above
`of·p + 3·√(of·p·(1−p)) + margin`: three standard deviations of a binomial count (one honest theory in about 740), and a
few votes more, because newcomers have friends. Held votes are left out elsewhere: what is pushed in two places is not
to make itself look usual.

Marks, from the plainest to the broadest. A young vote is one by a new account that had joined, or had first voted,
within a week:

* a network: three votes from it at least. It has to stand out among all votes here and, so that a carrier's shared
  address does not in a rush, among those of its kind. Of young votes the margin is small: a household is two. Of all by
  accounts that are not well known it is wider: friends vote together. Regulars, staff, and fans who joined a month ago
  are well known, and never looked at: so a school or an office that has been here for long is left alone, and one whose
  thirty people are all new and vote on one theory waits for a moderator.
* narrow: a young vote by an account that has voted on no more than two theories at all. Accounts made to push one or
  two things have no other use; a newcomer who looks around is not narrow.
* young: any young vote, for those whose accounts first stray about. Newcomers honestly gather on what they came for, so
  this margin is the widest.
* beyond the draw: a young vote by an account that voted elsewhere too, where more of these come than would by chance,
  had each picked as many theories as they did, and this one as often as older accounts pick it. Votes strewn about
  do not help against this. With c expected, it is √(c + c²/(v + 3)) that three times over is allowed, v being the older
  accounts' votes here: of few of them the draw is known badly.

Newcomers, and those who vote once only, go to what is liked most: shares and draws are taken half as large again
(`DRAW`).

A rush may also gather: half of a release day's newcomers vote once, on one theory. When young votes come to it from
more than a hundred networks, and a quarter as many newcomers look around the site, narrow and young are no marks there,
and `theories.guarding` lets count what they had held before that could be told.

The figures were tuned with `tests/theories/test_integrity_simulation.py`, which holds 50 false accounts against 500
honest ones, and checked by another that casts vote by vote over days.

Found, of 50 false accounts, from 1, 5 or 50 networks: all, when they vote at once or within six hours on one theory or
two, whichever way, made that day or up to ten days before; nothing in the top ten moves by more than a place. So are
150 from 150 networks on a quiet site, where newcomers are one in twenty. When each votes on one to five other theories
as well, all or nearly all in three runs of four at least, and in the rest, on a theory that older accounts like well,
none: it moves by four or five places. Of fans made within the month all from one network. Of an honest surge of 500 to
2,000 within three hours, half of whom vote once on one theory and a fifth of whom share a carrier's address, 0 to 0.3 %
is held.

Not found: a dozen accounts among a hundred voters; fifty that come over two days or more and vote elsewhere as well, in
three runs of four; accounts made fans by three days' use, each from a network of its own; accounts grown old and used
like anybody's, which cost weeks each. Nor what looks like a rush: 90 or more from as many networks where one voter in
ten is a newcomer (five to eight places), and fifty from fifty networks within a surge of a thousand (up to ten; from
five networks none counts).

A surge too small to be told from a push has more held until a moderator looks: of 200 newcomers from fewer than a
hundred networks, half of whom vote once on one theory, 14 to 22 %; where they share homes, of 300 up to 40 %, of 400 up
to 15 %, of 500 up to 8 %.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import sqrt

WINDOW = timedelta(days=1)
YOUNG = timedelta(days=7)
"""A vote is young when its account is of the lowest level and had been here, or voting, no longer than this."""
KNOWN = timedelta(days=30)
"""After which an account is well known that has become a fan; regulars and staff are."""
NARROW = 2
"""Theories on which a narrow account has voted, at most."""
SIGMAS = 3
DRAW = 1.5
LEAST_OF_NETWORK = 3
RUSH_NETWORKS, RUSH_ABOUT = 100, 0.25
"""More networks than this; and newcomers who look around, as a share of those who voted here."""
NETWORK_MARGIN, KNOWN_MARGIN, NARROW_MARGIN, YOUNG_MARGIN = 2, 6, 5, 8
_PRIOR_MARKED, _PRIOR_OF = 3, 10


@dataclass(frozen=True)
class Ballot:
    """A vote on one theory within the window, by an account that is not well known, held or not, that no moderator has
    let count. `reach`: on how many theories its fan has voted at all."""

    pk: int
    value: int
    network: str
    reach: int
    is_young: bool = True
    fan: int = 0
    is_held: bool = False

    @property
    def is_narrow(self) -> bool:
        return self.reach <= NARROW


@dataclass(frozen=True)
class Lately:
    """Votes within the window, by the same terms, held ones left out; `from_all`, by accounts that are not well known,
    and `from_young` by network. `reaches`: of the young accounts that voted elsewhere and not here, how many have voted
    on how many theories."""

    votes: int
    young: int = 0
    narrow: int = 0
    from_all: Mapping[str, int] = field(default_factory=dict)
    from_young: Mapping[str, int] = field(default_factory=dict)
    reaches: Counter[int] = field(default_factory=Counter)


def share_of(marked: int, of: int) -> float:
    return (marked + _PRIOR_MARKED) / (max(of, marked) + _PRIOR_OF)


def is_burst(marked: int, of: int, share: float, margin: float) -> bool:
    """`share`: of the mark elsewhere, between 0 and 1."""
    return marked > of * share + SIGMAS * sqrt(of * share * (1 - share)) + margin


def suspicious(ballots: Sequence[Ballot], votes_here: int, elsewhere: Lately) -> set[int]:
    """Ids of those to hold. `votes_here`: how many votes of any kind the theory had within the window."""
    return of_networks(ballots, votes_here, elsewhere) | of_a_kind(ballots, votes_here, elsewhere)


def of_networks(ballots: Sequence[Ballot], votes_here: int, elsewhere: Lately) -> set[int]:
    young = [ballot for ballot in ballots if ballot.is_young]
    return _of_networks(young, votes_here, elsewhere.from_young, elsewhere.votes, NETWORK_MARGIN) | _of_networks(
        ballots, votes_here, elsewhere.from_all, elsewhere.votes, KNOWN_MARGIN
    )


def of_a_kind(ballots: Sequence[Ballot], votes_here: int, elsewhere: Lately) -> set[int]:
    """Wherever they come from."""
    young = [ballot for ballot in ballots if ballot.is_young]
    narrow = [ballot for ballot in young if ballot.is_narrow]
    found = _beyond_draw([ballot for ballot in young if ballot.reach > 1], votes_here - len(young), elsewhere)
    if is_rush(ballots, elsewhere):
        return found
    for among, there, margin in ((narrow, elsewhere.narrow, NARROW_MARGIN), (young, elsewhere.young, YOUNG_MARGIN)):
        share = share_of(there, elsewhere.votes)
        if is_burst(len(among), votes_here, min(1.0, DRAW * share), margin):
            unmarked = votes_here - len(among)
            found |= _pushed(among, round(unmarked * share / (1 - share)))
    return found


def _beyond_draw(about: Sequence[Ballot], older_here: int, elsewhere: Lately) -> set[int]:
    """Of `about`, by young accounts that voted elsewhere too, more than come by chance to a theory that draws so many
    of the older accounts' votes."""
    draw = min(1.0, DRAW * share_of(older_here, older_here + elsewhere.votes - elsewhere.young))
    others = _come(draw, {reach: fans for reach, fans in elsewhere.reaches.items() if reach > 1})
    come = others + _come(draw, Counter(ballot.reach for ballot in about))
    spread = sqrt(come + come * come / (older_here + _PRIOR_MARKED))
    return _pushed(about, round(others)) if len(about) > come + SIGMAS * spread + YOUNG_MARGIN else set()


def _come(draw: float, reaches: Mapping[int, int]) -> float:
    """How many of these fans come by chance, each of whom votes on so many theories."""
    return sum(fans * (1 - (1 - draw) ** reach) for reach, fans in reaches.items())


def is_rush(ballots: Sequence[Ballot], elsewhere: Lately) -> bool:
    """Whether newcomers come from everywhere, and not to this theory alone."""
    young = [ballot for ballot in ballots if ballot.is_young]
    networks = len({ballot.network for ballot in young if ballot.network})
    about = sum(not ballot.is_narrow for ballot in young) + elsewhere.reaches.total()
    return networks > RUSH_NETWORKS and about >= RUSH_ABOUT * len(young)


def _of_networks(
    ballots: Sequence[Ballot], votes_here: int, elsewhere: Mapping[str, int], of: int, margin: float
) -> set[int]:
    near, there = set(), sum(elsewhere.values())
    for network, count in Counter(ballot.network for ballot in ballots if ballot.network).items():
        marked = elsewhere.get(network, 0)
        among = min(1.0, DRAW * (marked + 1) / (there + _PRIOR_OF))
        is_dense = is_burst(count, votes_here, share_of(marked, of), margin) and is_burst(count, len(ballots), among, 0)
        if count >= LEAST_OF_NETWORK and is_dense:
            near.add(network)
    return {ballot.pk for ballot in ballots if ballot.network in near}


def _pushed(ballots: Sequence[Ballot], expected: int) -> set[int]:
    """Of the commoner direction, for who pushes, pushes one way, what is more than chance would bring; the first ones
    cast are left, so that the theory stands about where it would have stood."""
    believe = [ballot for ballot in ballots if ballot.value > 0]
    doubt = [ballot for ballot in ballots if ballot.value < 0]
    rarer, commoner = sorted([believe, doubt], key=len)
    return {ballot.pk for ballot in commoner[max(expected - len(rarer), expected // 2) :]}
