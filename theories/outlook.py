"""What one viewer gets to know of a theory's forecasts: their own, and the crowd once they may."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from theories.charting import Chart, Step, draw, moments
from theories.forecasting import course
from theories.models import Forecast, Theory
from theories.scoring import start_of
from theories.scoring_rows import SCORING


@dataclass(frozen=True)
class Outlook:
    """`shows_crowd`: it may be told; `is_alone`: it is the viewer's own word and nobody else's. `chart` is None while
    there is nothing to draw. `late_since`: as `late_for` says, of the viewer's first word."""

    current: Forecast | None
    has_ever: bool
    shows_crowd: bool
    chart: Chart | None
    late_since: date | None = None
    is_alone: bool = False


NOTHING = Outlook(None, has_ever=False, shows_crowd=False, chart=None)


def outlook(theory: Theory, fan_id: int | None, *, asks: bool) -> Outlook:
    """The crowd is not told before the viewer's first forecast, unless they ask: what others think would colour it.
    Once it is resolved there is nothing left to colour. Others' forecasts are never told."""
    now = timezone.now()
    end = theory.closed_at or min(now, theory.closes_at or now)
    heard, own = course(theory, moments(theory.opened_at, end), fan_id)
    current = own[-1] if own and own[-1].stood_until is None else None
    shows_crowd = asks or bool(own) or theory.is_resolved
    counts = current is not None and not current.is_void and theory.author_id != fan_id
    chart = _chart(theory, heard, own, end) if shows_crowd else None
    return Outlook(
        current,
        bool(own),
        shows_crowd,
        chart,
        late_since=late_for(theory, own[0].made_at) if own else None,
        is_alone=counts and theory.forecast_count == 1,
    )


def late_for(theory: Theory, made_at: datetime) -> date | None:
    """The day from which the world could know how a theory turned out, where a forecast made then would have scored a
    day earlier: to tell its fan why it does not. None for one that scores, or as long as nothing does."""
    day = theory.happened_on if theory.is_resolved and theory.outcome in SCORING else None
    return day if day and made_at >= start_of(day) else None


def _chart(theory: Theory, heard: Sequence[Forecast], own: Sequence[Forecast], end: datetime) -> Chart | None:
    crowd = [Step(row.made_at, row.crowd) for row in heard]
    if theory.crowd is not None:
        crowd.append(Step(end, theory.crowd))  # somebody may have taken theirs back since
    mine = list(_steps(own))
    return draw(crowd, mine, theory.opened_at, end) if crowd or mine else None


def _steps(own: Sequence[Forecast]) -> Iterator[Step]:
    for forecast, following in zip(own, [*own[1:], None], strict=True) if own else ():
        yield Step(forecast.made_at, forecast.probability)
        until = forecast.stood_until
        if until and (following is None or until < following.made_at):
            yield Step(until, None)
