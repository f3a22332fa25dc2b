"""Fifty false accounts against five hundred honest ones, the same at every run: does the front of the list hold, and is
an honest rush left alone?"""

from collections import Counter
from dataclasses import dataclass
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
            votes.append(Cast(at, fan, theory, random.choice((1, 1, 1, -1, -1)), network, is_young))
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


def pushed(seed, targets, value, networks):
    random = Random(seed + 1000)
    return [
        Cast(-random.uniform(0, DAY / 4), HONEST + one, theory, value, f"den {one % networks}", True)
        for one in range(FALSE)
        for theory in targets
    ]


def held_of(votes):
    """Numbers of the votes that are held once all are cast: the tick job goes round until nothing more is found."""
    reach = Counter(vote.fan for vote in votes)
    lately = [(number, vote) for number, vote in enumerate(votes) if vote.at > -DAY]
    held = set()
    while more := {pk for theory in range(THEORIES) for pk in looked_at(theory, lately, reach, held)} - held:
        held |= more
    return held


def looked_at(theory, lately, reach, held):
    here = [(number, vote) for number, vote in lately if vote.theory == theory]
    there = [vote for number, vote in lately if vote.theory != theory and number not in held]
    young = [vote for vote in there if vote.is_young]
    elsewhere = Lately(
        len(there),
        len(young),
        sum(reach[vote.fan] <= NARROW for vote in young),
        Counter(vote.network for vote in young),
    )
    ballots = [
        Ballot(number, vote.value, vote.network, reach[vote.fan] <= NARROW) for number, vote in here if vote.is_young
    ]
    return suspicious(ballots, len(here), elsewhere)


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


def test_what_is_a_burst_grows_with_what_is_usual():
    bursts = [
        next(marked for marked in range(500) if is_burst(marked, 100, share_of(usual, 1000), NARROW_MARGIN))
        for usual in (0, 20, 100, 400)
    ]
    assert all(one < other for one, other in pairwise(bursts))
    assert bursts[0] < 10
    assert YOUNG.days >= 3


def test_on_a_quiet_site_three_newcomers_are_no_burst():
    three = [Ballot(number, 1, "", is_narrow=True) for number in range(3)]
    assert suspicious(three, 3, Lately(0)) == set()


def test_of_one_network_all_are_held_whichever_way_they_go():
    ballots = [Ballot(number, 1 if number % 2 else -1, "den", is_narrow=False) for number in range(12)]
    assert suspicious(ballots, 20, Lately(500, 40, 5)) == set(range(12))
