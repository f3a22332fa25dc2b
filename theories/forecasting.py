"""Saying how sure one is of a theory, and taking it back."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce

from accounts.levels import shown_level
from accounts.models import User
from accounts.trust import Level
from theories.clock import now
from theories.counting import Crowd, crowd_with, recount_crowds
from theories.course import require_side, side_of
from theories.crowding import is_mark
from theories.models import LEAST, MOST, Forecast, Theory
from theories.permissions import require_forecast
from theories.ranking import Kind
from theories.stepping import follow
from theories.telling import tell_of_milestone

SAY_HOW_SURE = f"Say how sure you are with a whole number from {LEAST} to {MOST}."
_MOST_OWN = 200


def make(theory_id: int, fan: User, probability: int) -> Forecast:
    """The fan's forecast from now on, in per cent; the one before it ends. Said again it is the same one, no newer and
    no heavier. The first by somebody else than the author freezes.

    Raises Theory.DoesNotExist for what others cannot know of, Conflict for what takes no forecasts (any more).
    """
    if not LEAST <= probability <= MOST:
        raise ValidationError({"probability": SAY_HOW_SURE})
    with transaction.atomic():
        theory = _held(theory_id, fan)
        require_side(fan, theory, side_of(probability))
        last = _last(theory, fan)
        if last and last.stood_until is None and last.probability == probability:
            return last
        made = Forecast(theory=theory, fan=fan, probability=probability, made_at=_moment(last))
        # What a moderator voided stays void, however often it is made anew.
        made.is_void = last is not None and last.is_void
        _end(last, made.made_at)
        crowd = crowd_with(made)
        made.crowd, made.is_mark = crowd.percent, _moves(made, crowd)
        made.save()
        tell_of_milestone(theory, "forecasts", theory.forecast_count, crowd.forecasts)
        _keep(theory, made, crowd)
        if made.is_mark and Forecast.objects.marks().filter(pk=made.pk).exists():
            follow(theory, Kind.CROWD, made.made_at)
    return made


def take_back(theory_id: int, fan: User) -> Theory:
    """The fan has no forecast any more; what it was stays in the history. Twice is no different from once. Raises
    like `make`."""
    with transaction.atomic():
        theory = _held(theory_id, fan)
        last = _last(theory, fan)
        if last and last.stood_until is None:
            _end(last, _moment(last))
            crowd = recount_crowds([theory_id])[theory_id]
            theory.crowd, theory.forecast_count = crowd.percent, crowd.forecasts
    return theory


def own_forecasts(fan_id: int | None, theory: Theory) -> list[Forecast]:
    """The fan's own, newest first, the last 200; the first of them stands if any does."""
    if not fan_id:
        return []
    return list(Forecast.objects.filter(theory=theory, fan=fan_id).order_by("-id")[:_MOST_OWN])


def course(theory: Theory, moments: list[datetime], fan_id: int | None) -> tuple[list[Forecast], list[Forecast]]:
    """How the crowd went, and the fan's own, both in the order of time and both from one query: of all forecasts those
    that had the last word at one of these moments, and the fan's last 200. One look into an index for each moment,
    however many forecasts there are."""
    places = ", ".join(["(%s)"] * len(moments))
    told = [connection.ops.adapt_datetimefield_value(moment) for moment in moments]
    about = [theory.pk, theory.pk, fan_id or 0, _MOST_OWN]
    rows = list(Forecast.objects.raw(_COURSE.format(moments=places), [*told, *about]))
    return [row for row in rows if not row.is_own], [row for row in rows if row.is_own]


_COURSE = """
    WITH moment(at) AS (VALUES {moments}), heard AS (
        SELECT DISTINCT (
            SELECT id FROM theories_forecast WHERE theory_id = %s AND crowd IS NOT NULL AND made_at <= moment.at
            ORDER BY made_at DESC, id DESC LIMIT 1
        ) AS id, 0 AS is_own FROM moment
    ), own AS (
        SELECT id, 1 AS is_own FROM theories_forecast WHERE theory_id = %s AND fan_id = %s
        ORDER BY id DESC LIMIT %s
    ), line AS (SELECT id, is_own FROM heard UNION ALL SELECT id, is_own FROM own)
    SELECT forecast.id, made_at, stood_until, probability, crowd, is_void, is_own
    FROM line JOIN theories_forecast forecast ON forecast.id = line.id ORDER BY made_at, forecast.id"""


def _held(theory_id: int, fan: User) -> Theory:
    theory = Theory.objects.listed().select_for_update(no_key=True).get(pk=theory_id)
    require_forecast(fan, theory)
    return theory


def _last(theory: Theory, fan: User) -> Forecast | None:
    return Forecast.objects.filter(theory=theory, fan=fan).order_by("-id").first()


def _moment(last: Forecast | None) -> datetime:
    """Now; never before what this fan said last, whatever the clock says."""
    told = [last.made_at, last.stood_until or last.made_at] if last else []
    return max([now(), *told])


def _end(last: Forecast | None, moment: datetime) -> None:
    if last and last.stood_until is None:
        Forecast.objects.filter(pk=last.pk).update(stood_until=moment)


def _moves(made: Forecast, crowd: Crowd) -> bool:
    """Whether it is a mark; only what counts can be one, and nothing that a new account says: fifty made for it would
    heat a theory by fifty marks."""
    if made.is_void or made.fan_id == made.theory.author_id or shown_level(made.fan) == Level.NEW:
        return False
    return is_mark(_crowd_at_last_mark(made.theory), crowd.percent, crowd.forecasts)


def _crowd_at_last_mark(theory: Theory) -> int | None:
    """Where nothing has been a mark yet, the crowd's first word. Where a new account has spoken since, where that left
    it: else the next who is known would be taken for who moved it."""
    told = Forecast.objects.filter(theory=theory, crowd__isnull=False).values("crowd")
    from_here = Q(is_mark=True) | Q(fan__level=Level.NEW, fan__is_staff=False)
    last, first = told.filter(from_here).order_by("-made_at", "-id"), told.order_by("made_at", "id")
    before = Coalesce(Subquery(last[:1]), Subquery(first[:1]))
    return Theory.objects.filter(pk=theory.pk).values_list(before, flat=True).get()


def _keep(theory: Theory, made: Forecast, crowd: Crowd) -> None:
    theory.crowd, theory.forecast_count = crowd.percent, crowd.forecasts
    if made.fan_id != theory.author_id:
        theory.frozen_at = theory.frozen_at or made.made_at
    theory.save(update_fields=["crowd", "forecast_count", "frozen_at"])
