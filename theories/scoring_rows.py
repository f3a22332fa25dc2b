"""Scores of resolved theories and standings of fans, as rows: always what the forecasts say, to the bit."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from itertools import batched, groupby
from math import fsum
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum

from accounts.models import User
from theories.clock import now
from theories.models import ALL_TIME, Forecast, Outcome, Score, Standing, Theory
from theories.scoring import Stood, results, scored_until
from theories.skill import skill_of
from theories.turning import hold

BATCH = 200
SCORING = {Outcome.CONFIRMED: True, Outcome.BUSTED: False}
"""Outcomes that score, and whether the theory then came true."""
_SCORE = ("fan_id", "brier", "crowd_brier", "last", "came_true", "lasted", "season")
_STANDING = ("fan_id", "season", "resolved", "brier", "skill", "low", "high")


def score_theory(theory_id: int) -> list[int]:
    """Replaces a theory's scores by what its forecasts and its outcome now say; none where nothing is resolved, or
    nobody is scored. Whose scores these are and were: they are to be stood anew (`restand`).

    Raises Theory.DoesNotExist. What takes long is done before the theory is held.
    """
    theory = Theory.objects.get(pk=theory_id)
    basis, scores = _basis(theory), worked_out(theory)
    with transaction.atomic():
        held = hold(theory_id)
        if _basis(held) != basis:
            scores = worked_out(held)
        before = list(Score.objects.filter(theory=held))
        if not _same(before, scores, _SCORE):
            Score.objects.filter(theory=held).delete()
            Score.objects.bulk_create(scores, batch_size=BATCH)
        held.scored_at = now() if held.is_resolved else None
        held.save(update_fields=["scored_at"])
    return sorted({score.fan_id for score in [*before, *scores]} - {None})


def restand(fan_ids: Iterable[int]) -> None:
    """Brings the standings of fans into line with their scores: a row for each season, and one for all time, where
    there are enough."""
    for ids in batched(sorted(set(fan_ids)), BATCH, strict=False):
        with transaction.atomic():
            # Two resolutions at once would each miss the other's scores.
            fans = User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
            _restand(list(fans.values_list("pk", flat=True)))


def _restand(fan_ids: Sequence[int]) -> None:
    before, after = _standings(fan_ids)
    stale = [row.pk for key, row in before.items() if key not in after or not _same([row], [after[key]], _STANDING)]
    fresh = [row for key, row in after.items() if key not in before or before[key].pk in stale]
    if stale:
        Standing.objects.filter(pk__in=stale).delete()
    if fresh:
        Standing.objects.bulk_create(fresh, batch_size=BATCH)


def worked_out(theory: Theory) -> list[Score]:
    """A theory's scores, not saved. What was voided does not count; whether a fan is still here makes no
    difference: the crowd of that time is what it was, and other people's scores hold."""
    if not theory.is_resolved or theory.outcome not in SCORING:
        return []
    came_true = SCORING[Outcome(theory.outcome)]
    end = scored_until(theory.closed_at, theory.happened_on, theory.closes_at)
    rows = Forecast.objects.filter(theory=theory, is_void=False, made_at__lt=end).order_by("made_at", "id")
    stood = [Stood(*row) for row in rows.values_list("fan_id", "probability", "made_at", "stood_until")]
    found = results(stood, opened_at=theory.opened_at, end=end, came_true=came_true, author_id=theory.author_id)
    season = theory.resolved_at.astimezone(UTC).year
    return [Score(theory=theory, came_true=came_true, season=season, **vars(result)) for result in found]


def worked_out_standings(fan_ids: Sequence[int]) -> list[Standing]:
    """Of these fans, from their scores as they stand; not saved."""
    rows = Score.objects.filter(fan__in=fan_ids).order_by("fan_id", "theory_id")
    found = rows.values_list("fan_id", "season", "brier", "crowd_brier")
    return [
        standing
        for fan_id, scores in groupby(found, key=lambda row: row[0])
        for standing in _standings_of(fan_id, [row[1:] for row in scores])
    ]


def _standings_of(fan_id: int, scores: Sequence[tuple[int, float, float]]) -> Iterator[Standing]:
    for season in [ALL_TIME, *sorted({season for season, _, _ in scores})]:
        counted = [(own, crowd) for year, own, crowd in scores if season in {ALL_TIME, year}]
        if found := skill_of([crowd - own for own, crowd in counted]):
            brier = fsum(own for own, _ in counted) / len(counted)
            yield Standing(fan_id=fan_id, season=season, brier=brier, **vars(found))


# For `recount`


def put_right(*, check: bool) -> tuple[list[int], list[int]]:
    """Theories whose scores, and fans whose standings, are not what the rows say, put right unless it is a `check`.
    What waits to be scored for the first time is not wrong, but is scored."""
    theories = [pk for pk, is_waiting in _theories_off() if not (check and is_waiting)]
    if not check:
        for pk in theories:
            score_theory(pk)
    fans = [pk for ids in batched(_fans(), BATCH, strict=False) for pk in _fans_off(ids)]
    if not check:
        restand(fans)
    return theories, fans


def _theories_off() -> Iterator[tuple[int, bool]]:
    scored = Theory.objects.filter(Exists(Score.objects.filter(theory=OuterRef("pk"))))
    resolved = Theory.objects.settled()
    ids = (resolved | scored).order_by("pk").values_list("pk", flat=True)
    for batch in batched(list(ids), BATCH, strict=False):
        for theory in Theory.objects.filter(pk__in=batch).order_by("pk"):
            is_waiting = theory.is_resolved and theory.scored_at is None
            if is_waiting or not _same(Score.objects.filter(theory=theory), worked_out(theory), _SCORE):
                yield theory.pk, is_waiting


def _fans() -> list[int]:
    has = [Exists(model.objects.filter(fan=OuterRef("pk"))) for model in (Score, Standing)]
    return list(User.objects.filter(Q(has[0]) | Q(has[1])).order_by("pk").values_list("pk", flat=True))


def _fans_off(fan_ids: Sequence[int]) -> list[int]:
    before, after = _standings(fan_ids)
    return sorted(
        {
            key[0]
            for key in before.keys() | after.keys()
            if not _same(filter(None, [before.get(key)]), filter(None, [after.get(key)]), _STANDING)
        }
    )


type _Standings = dict[tuple[int, int], Standing]


def _standings(fan_ids: Sequence[int]) -> tuple[_Standings, _Standings]:
    """As they are, and as they should be."""
    before = {(row.fan_id, row.season): row for row in Standing.objects.filter(fan__in=fan_ids)}
    return before, {(row.fan_id, row.season): row for row in worked_out_standings(fan_ids)}


def _basis(theory: Theory) -> tuple[Any, ...]:
    """What scores depend on; of forecasts, which rows count: they are append-only, and closed once it is resolved."""
    resolution = (theory.is_resolved, theory.outcome, theory.resolved_at, theory.happened_on)
    counted = Forecast.objects.filter(theory=theory, is_void=False).aggregate(rows=Count("pk"), ids=Sum("pk"))
    return (*resolution, theory.opened_at, theory.closed_at, theory.closes_at, counted)


def _same(some: Iterable[Any], others: Iterable[Any], fields: Sequence[str]) -> bool:
    """To the bit, whatever their order and their ids."""

    def values(rows: Iterable[Any]) -> list[tuple[Any, ...]]:
        return sorted((tuple(getattr(row, name) for name in fields) for row in rows), key=repr)

    return values(some) == values(others)
