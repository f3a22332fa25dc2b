"""The worked examples of "How is this scored?": made by the functions that score, so that they cannot go stale."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from theories.calibration import Bin, calibration
from theories.crowding import crowd
from theories.scoring import Result, Stood, results
from theories.skill import Skill, skill_of

OPENED = datetime(2026, 1, 1, tzinfo=UTC)
END = OPENED + timedelta(days=100)
_FAN, _OTHER, _AUTHOR = 1, 2, 3
CROWD = (90, 40, 60, 55, 70)
"""What five fans said, the oldest first."""
_DIFFERENCES = (0.16, 0.05, -0.02, 0.11, 0.03, 0.09, -0.08, 0.14, 0.02, 0.07, 0.12, -0.01)


@dataclass(frozen=True)
class Example:
    words: str
    result: Result

    @property
    def better_by(self) -> str:
        return f"{self.result.difference:.3f}".replace("-", "−")


@dataclass(frozen=True)
class Examples:
    scores: list[Example]
    crowd_of: Sequence[int]
    crowd: int
    skill: Skill
    skill_after_five: Skill
    calibrated: Bin


def examples() -> Examples:
    half = OPENED + timedelta(days=50)
    steady = Stood(_FAN, 70, OPENED)
    changed = [Stood(_FAN, 60, OPENED, half), Stood(_FAN, 80, half)]
    late = [Stood(_FAN, 60, OPENED, END), Stood(_FAN, 99, END)]
    return Examples(
        scores=[
            _example("70 % from the first day to the last; it came true; nobody else said anything", steady),
            _example("The same, but it failed", steady, came_true=False),
            _example("60 % for the first half, 80 % for the second; it came true", *changed),
            _example("60 % all along, and 99 % on the day when everybody knew; it came true", *late),
            _example("70 % all along, and half-way somebody else says 80 %; it came true", steady, _later(half)),
        ],
        crowd_of=CROWD,
        crowd=crowd(CROWD),
        skill=skill_of(_DIFFERENCES),
        skill_after_five=skill_of(_DIFFERENCES[:5]),
        calibrated=calibration([(75, 20, 14)])[0],
    )


def _later(half: datetime) -> Stood:
    return Stood(_OTHER, 80, half)


def _example(words: str, *forecasts: Stood, came_true: bool = True) -> Example:
    found = results(forecasts, opened_at=OPENED, end=END, came_true=came_true, author_id=_AUTHOR)
    return Example(words.replace(" %", "\N{NO-BREAK SPACE}%"), found[0])
