"""Fills a database with made-up theories and all that belongs to them, for measuring how the site bears them. Only adds
rows; the same seed makes up the same claims."""

from collections.abc import Callable
from random import Random

from django.db import transaction

from lore.models import SearchEntry
from theories.clock import now
from theories.counting import recount_in_batches
from theories.models import Comment, Proposal, Theory
from theories.populating.pouring import next_id, number_on, pour
from theories.populating.rows import COLUMNS, Batch
from theories.populating.stock import gather
from theories.ranking import seconds

BATCH = 4000
_NUMBERED = (Theory, Comment, Proposal, SearchEntry)
BUSIEST = 50_000
"""Votes on the first open theory, where there are fans enough."""


def fill(theories: int, *, fans: int, seed: int, said: Callable[[int], None]) -> None:
    """A transaction for each batch. `said` hears how many theories there are so far."""
    chance, moment = Random(seed), int(seconds(now()) * 1000)  # noqa: S311 — made up, not secret
    with transaction.atomic():
        stock = gather(chance, fans, theories, moment)
    first = {model: next_id(model) for model in _NUMBERED}
    for start in range(0, theories, BATCH):
        count = min(BATCH, theories - start)
        batch = Batch(chance, stock, moment, first)
        batch.add(count, busiest=BUSIEST if start == 0 else 0)
        _write(batch, range(first[Theory] - count, first[Theory]))
        said(start + count)


@transaction.atomic
def _write(batch: Batch, ids: range) -> None:
    for model, columns in COLUMNS.items():
        pour(model, columns, batch.rows[model])
    number_on(*_NUMBERED)
    recount_in_batches(ids)
