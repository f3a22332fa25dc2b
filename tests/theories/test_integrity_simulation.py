"""Fifty false accounts against five hundred honest ones, the same at every run: does the front of the list hold, and is
an honest rush left alone?"""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp
from random import Random

import pytest

from theories.integrity import (
    NARROW,
    NARROW_MARGIN,
    YOUNG,
    Ballot,
    Lately,
    is_burst,
    is_rush,
    of_a_kind,
    of_networks,
    share_of,
    suspicious,
)
from theories.ranking import TAU

HONEST, FALSE, THEORIES, DAY, TOP = 500, 50, 30, 86_400, 10
SEEDS = range(8)
USUAL, RUSH = 0.05, 0.3
"""Of the honest fans, those who signed up within the last day."""


@dataclass(frozen=True)
class Cast:
    at: float
    fan: int
    theory: int
    value: int
    network: str
    is_young: bool
    is_known: bool = False


def honest(seed, newcomers):
    """Ten days of a site whose theories are liked unequally (Zipf). A third of the newcomers vote once only; one fan in
    twenty shares a carrier's address."""
    random = Random(seed)
    liked = [1 / (place + 1) for place in range(THEORIES)]
    votes = []
    for fan in range(HONEST):
        is_young = random.random() < newcomers
        network = "carrier" if random.random() < 0.05 else f"home {fan}"
        came = -random.uniform(0, DAY)
        for theory in picked(random, liked, how_many(random, is_young)):
            at = came if is_young else -random.uniform(0, 10 * DAY)
            value = random.choice((1, 1, 1, -1, -1))
            votes.append(Cast(at, fan, theory, value, network, is_young, is_known=not is_young))
    return sorted(votes, key=lambda vote: vote.at)


def how_many(random, is_young):
    if is_young:
        return 1 if random.random() < 1 / 3 else random.randint(2, 8)
    return random.randint(3, 12)


def picked(random, liked, count):
    found = set()
    while len(found) < count:
        found.update(random.choices(range(THEORIES), liked))
    return sorted(found)


def pushed(seed, targets, value, networks, *, beside=0, count=FALSE, is_young=True):
    """Within six hours; `beside`: on how many other theories each votes as well, so as to look usual."""
    random = Random(seed + 1000)
    votes = []
    for one in range(count):
        others = random.sample([theory for theory in range(THEORIES) if theory not in targets], beside)
        values = {**dict.fromkeys(targets, value), **{theory: random.choice((1, -1)) for theory in others}}
        at = -random.uniform(0, DAY / 4)
        votes += [Cast(at, HONEST + one, on, way, f"den {one % networks}", is_young) for on, way in values.items()]
    return votes


def surge(seed, count, target, carrier):
    """On the day of a release newcomers come within three hours; half of them vote once, on one theory. Some share a
    carrier's address."""
    random = Random(seed + 2000)
    liked = [1 / (place + 1) for place in range(THEORIES)]
    votes = []
    for fan in range(1000, 1000 + count):
        network = "big carrier" if random.random() < carrier else f"flat {fan}"
        others = picked(random, liked, random.randint(1, 8))
        at = -random.uniform(0, DAY / 8)
        for theory in [target] if random.random() < 0.5 else others:
            votes.append(Cast(at, fan, theory, random.choice((1, 1, 1, -1, -1)), network, is_young=True))
    return votes


def held_of(votes, rounds=12):
    """Numbers of the votes that are held once all are cast: the tick job goes round until nothing changes any more, as
    `theories.guarding.look_at_all` does."""
    reach = Counter(vote.fan for vote in votes)
    lately = [(number, vote) for number, vote in enumerate(votes) if vote.at > -DAY]
    held = set()
    for _ in range(rounds):
        seen = [looked_at(theory, lately, reach, held) for theory in range(THEORIES)]
        alike, near, rushes = zip(*seen, strict=True)
        fans = {votes[number].fan for number in set().union(*alike)}
        found = set().union(*near, *alike)
        found |= {number for number, vote in lately if vote.is_young and vote.fan in fans}
        after = found if any(rushes) else held | found
        if after == held:
            break
        held = after
    return held


def looked_at(theory, lately, reach, held):
    here = [(number, vote) for number, vote in lately if vote.theory == theory]
    there = [vote for number, vote in lately if vote.theory != theory and number not in held]
    young = [vote for vote in there if vote.is_young]
    apart = {vote.fan for vote in young} - {vote.fan for _, vote in here}
    elsewhere = Lately(
        len(there),
        len(young),
        sum(reach[vote.fan] <= NARROW for vote in young),
        from_all=Counter(vote.network for vote in there if not vote.is_known),
        from_young=Counter(vote.network for vote in young),
        reaches=Counter(reach[fan] for fan in apart),
    )
    ballots = [
        Ballot(number, vote.value, vote.network, reach[vote.fan], vote.is_young, vote.fan)
        for number, vote in here
        if not vote.is_known
    ]
    told = ballots, len(here), elsewhere
    return of_a_kind(*told), of_networks(*told), is_rush(ballots, elsewhere)


def heats(votes, held=frozenset()):
    found = Counter(dict.fromkeys(range(THEORIES), 0.0))
    for number, vote in enumerate(votes):
        if number not in held:
            found[vote.theory] += exp(vote.at / TAU)
    return found


def order(heat):
    return sorted(heat, key=heat.get, reverse=True)


def farthest(before, after):
    """By how many places anything in the top ten, then or now, has moved. Passing one that was less than a fresh vote
    away is no move: the next honest vote does that."""
    top = {*order(before)[:TOP], *order(after)[:TOP]}
    return max(moved(theory, before, after) for theory in top)


def moved(theory, before, after):
    passed = [
        other
        for other in before
        if (before[other] > before[theory]) != (after[other] > after[theory])
        and abs(before[other] - before[theory]) >= 1
    ]
    up = sum(before[other] > before[theory] for other in passed)
    return max(up, len(passed) - up)


@pytest.mark.parametrize("networks", [1, 5, 50])
@pytest.mark.parametrize("newcomers", [USUAL, RUSH])
@pytest.mark.parametrize(("value", "beside"), [(1, 0), (-1, 0), (1, 3)], ids=["up", "down", "two"])
def test_false_accounts_move_nothing_by_more_than_one_place(newcomers, networks, value, beside):
    unheld = 0
    for seed in SEEDS:
        votes = honest(seed, newcomers)
        before = heats(votes)
        for place in (4, 8, 14):
            targets = {order(before)[place], order(before)[place + beside]}
            everything = sorted([*votes, *pushed(seed, targets, value, networks)], key=lambda vote: vote.at)
            places = farthest(before, heats(everything, held_of(everything)))
            assert places <= 1, (seed, place, places)
            unheld = max(unheld, farthest(before, heats(everything)))
    assert unheld > 5, "or there was nothing to hold"


@pytest.mark.parametrize("newcomers", [USUAL, 0.1, RUSH, 0.6, 0.9])
def test_an_honest_rush_is_left_alone(newcomers):
    for seed in range(12):
        votes = honest(seed, newcomers)
        young = sum(vote.is_young for vote in votes)
        assert len(held_of(votes)) <= 0.02 * young, seed


@pytest.mark.parametrize("count", [400, 1000])
@pytest.mark.parametrize("carrier", [0.05, 0.2])
def test_a_release_day_on_which_half_vote_once_is_left_alone(count, carrier):
    for seed in range(3):
        for target in (0, 6):
            rush = surge(seed, count, target, carrier)
            votes = sorted([*honest(seed, USUAL), *rush], key=lambda vote: vote.at)
            assert len(held_of(votes)) <= 0.02 * len(rush), (seed, target)


@pytest.mark.parametrize(
    ("networks", "count", "beside"),
    [(50, 50, 2), (5, 50, 5), (1, 50, 3), (150, 150, 0)],
)
def test_false_accounts_that_vote_elsewhere_too_or_from_everywhere_count_nothing(networks, count, beside):
    """What they strew about does not make them look usual, nor does it count; nor do more networks than a rush has."""
    for seed in range(4):
        votes = honest(seed, USUAL)
        before = heats(votes)
        target = order(before)[8]
        false = pushed(seed, {target}, 1, networks, beside=beside, count=count)
        everything = sorted([*votes, *false], key=lambda vote: vote.at)
        held = held_of(everything)
        counted = [vote for number, vote in enumerate(everything) if vote in false and number not in held]
        assert sum(vote.theory == target for vote in counted) < 0.3 * count, seed
        assert farthest(before, heats(everything, held)) <= 1, seed


def test_of_one_network_older_accounts_are_looked_at_unless_they_are_well_known():
    """Fifty grown old in one place are held; a class, or an office, is not: of people known for a month nobody is
    looked at, and of others it takes more than a handful."""
    votes = honest(0, USUAL)
    target = order(heats(votes))[8]
    for count, is_known, held in ((50, False, 50), (50, True, 0), (5, False, 0)):
        mates = [replace(vote, is_known=is_known) for vote in pushed(0, {target}, 1, 1, count=count, is_young=False)]
        everything = sorted([*votes, *mates], key=lambda vote: vote.at)
        assert len(held_of(everything)) == held


def test_what_is_a_burst_grows_with_what_is_usual():
    bursts = [
        next(marked for marked in range(500) if is_burst(marked, 100, share_of(usual, 1000), NARROW_MARGIN))
        for usual in (0, 20, 100, 400)
    ]
    assert all(one < other for one, other in pairwise(bursts))
    assert bursts[0] < 10
    assert YOUNG.days >= 3


def test_on_a_quiet_site_three_newcomers_are_no_burst():
    three = [Ballot(number, 1, "", reach=1) for number in range(3)]
    assert suspicious(three, 3, Lately(0)) == set()


def test_of_one_network_all_are_held_whichever_way_they_go():
    ballots = [Ballot(number, 1 if number % 2 else -1, "den", reach=9) for number in range(12)]
    assert suspicious(ballots, 20, Lately(500, 40, 5)) == set(range(12))
