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

Three marks, from the plainest to the broadest:

* a network: a young vote from it, three at least. The margin is small: a carrier's shared address is common elsewhere
  too, and a household is two.
* narrow: a young vote by an account that has voted on no more than two theories at all. Accounts made to push one or
  two things have no other use; a newcomer who looks around is not narrow.
* young: any vote by a young account, for those whose accounts first stray about. Newcomers honestly gather on what
  they came for, so this margin is the widest.

Newcomers, and those who vote once only, go to what is liked most: for these two marks p is half as large again
(`DRAW`).

The figures were tuned with `tests/theories/test_integrity_simulation.py`, which holds 50 false accounts against 500
honest ones. What no such rule finds: a dozen accounts among a hundred voters, and accounts grown old and used like
anybody's, which cost weeks each.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import sqrt

WINDOW = timedelta(days=1)
YOUNG = timedelta(days=7)
"""A vote is young when its account is of the lowest level and had been here no longer than this when it voted."""
NARROW = 2
"""Theories on which a narrow account has voted, at most."""
SIGMAS = 3
DRAW = 1.5
LEAST_OF_NETWORK = 3
NETWORK_MARGIN, NARROW_MARGIN, YOUNG_MARGIN = 2, 5, 8
_PRIOR_MARKED, _PRIOR_OF = 3, 10


@dataclass(frozen=True)
class Ballot:
    """A young vote on one theory within the window, held or not, that no moderator has let count."""

    pk: int
    value: int
    network: str
    is_narrow: bool


@dataclass(frozen=True)
class Lately:
    """Votes within the window, by the same terms; `young_from` by network."""

    votes: int
    young: int = 0
    narrow: int = 0
    young_from: Mapping[str, int] = field(default_factory=dict)


def share_of(marked: int, of: int) -> float:
    return (marked + _PRIOR_MARKED) / (max(of, marked) + _PRIOR_OF)


def is_burst(marked: int, of: int, share: float, margin: float) -> bool:
    """`share`: of the mark elsewhere, between 0 and 1."""
    return marked > of * share + SIGMAS * sqrt(of * share * (1 - share)) + margin


def suspicious(ballots: Sequence[Ballot], votes_here: int, elsewhere: Lately) -> set[int]:
    """Ids of those to hold. `votes_here`: how many votes of any kind the theory had within the window."""
    return {ballot.pk for found in _bursts(ballots, votes_here, elsewhere) for ballot in found}


def _bursts(ballots: Sequence[Ballot], votes_here: int, elsewhere: Lately) -> Iterator[Sequence[Ballot]]:
    for network, count in Counter(ballot.network for ballot in ballots if ballot.network).items():
        share = share_of(elsewhere.young_from.get(network, 0), elsewhere.votes)
        if count >= LEAST_OF_NETWORK and is_burst(count, votes_here, share, NETWORK_MARGIN):
            yield [ballot for ballot in ballots if ballot.network == network]
    narrow = [ballot for ballot in ballots if ballot.is_narrow]
    for among, there, margin in (
        (narrow, elsewhere.narrow, NARROW_MARGIN),
        (ballots, elsewhere.young, YOUNG_MARGIN),
    ):
        share = share_of(there, elsewhere.votes)
        if is_burst(len(among), votes_here, min(1.0, DRAW * share), margin):
            unmarked = votes_here - len(among)
            yield _pushed(among, round(unmarked * share / (1 - share)))


def _pushed(ballots: Sequence[Ballot], expected: int) -> Sequence[Ballot]:
    """Of the commoner direction, for who pushes, pushes one way, what is more than chance would bring; the first ones
    cast are left, so that the theory stands about where it would have stood."""
    believe = [ballot for ballot in ballots if ballot.value > 0]
    doubt = [ballot for ballot in ballots if ballot.value < 0]
    rarer, commoner = sorted([believe, doubt], key=len)
    return commoner[max(expected - len(rarer), expected // 2) :]
