"""Where the pages stand on the map of ties. Networkx and numpy are dear to load: only the task that lays out does."""

import math
from collections.abc import Iterable, Sequence
from functools import partial

import networkx as nx
import numpy as np
from django.db import transaction

from lore.models import Spot
from lore.relaying import Edge, edges, note_drawn
from lore.webbing import CELL

_SEED = 1923
_ROUNDS = 300
_TRIES = 24
_LARGE = 500
"""Pages from which on one try must do."""
_CLEAR = 34
"""How far from a page's shape a line that is not its own should pass."""
_PULL = 0.06
"""How strongly all are drawn to the middle, beside a tie's 1: parts that nothing joins stay in sight of each other."""
_CENTRE = 0
"""The node that pulls. No page has this id."""

type Places = dict[int, tuple[float, float]]


def lay_out() -> None:
    """Writes a Spot for each page that has a tie, and takes away all others."""
    with transaction.atomic():
        drawn = edges()
        places = places_of(drawn)
        spots = [Spot(page_id=page, x=x, y=y) for page, (x, y) in places.items()]
        Spot.objects.exclude(page__in=places).delete()
        Spot.objects.bulk_create(spots, update_conflicts=True, unique_fields=["page"], update_fields=["x", "y"])
        transaction.on_commit(partial(note_drawn, drawn), robust=True)


def places_of(edges: Iterable[Edge]) -> Places:
    """From 0 to 1 both ways, by one measure. The same edges, in whatever order, give the same places; no two of them
    are nearer than what the map draws at a place needs."""
    pairs = sorted({(min(edge), max(edge)) for edge in edges})
    nodes = sorted({node for pair in pairs for node in pair})
    if not nodes:
        return {}
    tries = _TRIES if len(nodes) < _LARGE else 1
    drafts = [_parted(_sprung(nodes, pairs, number)) for number in range(tries)]
    ends = np.array([(nodes.index(start), nodes.index(end)) for start, end in pairs])
    spread = min(drafts, key=lambda draft: _muddle(draft, ends))
    spread -= spread.min(axis=0)
    spread /= max(spread.max(), 1.0)
    return {node: (float(x), float(y)) for node, (x, y) in zip(nodes, spread, strict=True)}


def _sprung(nodes: Sequence[int], pairs: Sequence[Edge], number: int) -> np.ndarray:
    """As springs would hold them, in the map's own units: on average each has its cell and as much again around it."""
    graph = nx.Graph()
    graph.add_nodes_from([_CENTRE, *nodes])
    graph.add_weighted_edges_from((_CENTRE, node, _PULL) for node in nodes)
    graph.add_weighted_edges_from((*pair, 1.0) for pair in pairs)
    found = nx.rescale_layout_dict(_forced(graph, _ring(nodes, number), _SEED + number))
    room = np.array(CELL) * math.sqrt(len(nodes)) * 0.85
    return np.array([found[node] for node in nodes]) * room


def _forced(graph: nx.Graph, start: Places, seed: int) -> dict[int, np.ndarray]:
    """Springs want scipy for what is larger; the other way does with numpy."""
    if len(graph) < _LARGE:
        reach = 1.6 / math.sqrt(len(graph))
        return nx.spring_layout(graph, pos=start, iterations=_ROUNDS, seed=seed, method="force", k=reach)
    return nx.forceatlas2_layout(graph, pos=start, max_iter=60, seed=seed)


def _ring(nodes: Sequence[int], number: int) -> Places:
    """Another order around the middle for each try."""
    order = np.random.default_rng(_SEED + number).permutation(len(nodes))
    step = math.tau / len(nodes)
    ring = {node: (math.cos(step * place), math.sin(step * place)) for node, place in zip(nodes, order, strict=True)}
    return {_CENTRE: (0.0, 0.0)} | ring


def _parted(places: np.ndarray) -> np.ndarray:
    """Pushes apart those whose cells overlap, each pair along the way that is shorter."""
    cell = np.array(CELL, dtype=float) * 1.02
    order = np.arange(len(places))
    for _ in range(400):
        gaps = places[:, None, :] - places[None, :, :]
        lacks = cell - np.abs(gaps)
        overlaps = (lacks > 0).all(axis=2) & (order[:, None] != order[None, :])
        if not overlaps.any():
            return places
        sideways = lacks[..., 0] / cell[0] < lacks[..., 1] / cell[1]
        signs = np.where(gaps != 0, np.sign(gaps), np.sign(order[:, None] - order[None, :])[..., None])
        pushes = signs * lacks * np.stack([sideways, ~sideways], axis=2) * overlaps[..., None]
        places = places + 0.55 * pushes.sum(axis=1) / np.maximum(overlaps.sum(axis=1), 1)[:, None]
    return places


def _muddle(places: np.ndarray, ends: np.ndarray) -> float:
    """How hard it is to read: lines that run through a page's shape or close by, lines that cross, lines that are
    long."""
    starts, stops = places[ends[:, 0]], places[ends[:, 1]]
    ways = stops - starts
    lengths = np.maximum(np.linalg.norm(ways, axis=1), 1.0)
    return 4.0 * _passings(places, ends, starts, ways, lengths) + _crossings(starts, stops) + lengths.sum() / 1000


def _passings(places: np.ndarray, ends: np.ndarray, starts: np.ndarray, ways: np.ndarray, lengths: np.ndarray) -> float:
    """By how much lines come too near to pages that are not theirs; 1 for one right through the middle."""
    offsets = places[None, :, :] - starts[:, None, :]
    shares = np.clip((offsets * ways[:, None, :]).sum(axis=2) / (lengths**2)[:, None], 0, 1)
    gaps = np.linalg.norm(offsets - shares[..., None] * ways[:, None, :], axis=2)
    gaps[np.arange(len(ends))[:, None], ends] = math.inf
    return float(np.clip(1 - gaps / _CLEAR, 0, 1).sum())


def _crossings(starts: np.ndarray, stops: np.ndarray) -> float:
    def side(first: np.ndarray, second: np.ndarray, point: np.ndarray) -> np.ndarray:
        (ax, ay), (bx, by), (cx, cy) = first.T, second.T, point.T
        left, right = (bx - ax)[:, None], (by - ay)[:, None]
        return np.sign(left * (cy[None, :] - ay[:, None]) - right * (cx[None, :] - ax[:, None]))

    around = side(starts, stops, starts) * side(starts, stops, stops)
    return float(((around < 0) & (around.T < 0)).sum()) / 2
