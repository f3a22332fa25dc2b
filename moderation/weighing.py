"""What a report weighs. Pure: no database.

weight = prior × accuracy.

The prior says how far somebody is trusted before they have reported anything: a guest 0.3, a new account 0.5, a fan 1,
a regular 1.5, staff 3.

The accuracy is how often moderators have agreed with them: the posterior mean of a share with a Beta(2, 2) prior,
(agreed + 2) / (decided + 4), doubled so that no history means × 1. It lies between 0 and 2, and one report more or less
moves it little: the usual Beta-binomial smoothing (Gelman et al., Bayesian Data Analysis, 2.4). Discourse adds a bonus
by the same share to the score of its flags (`ReviewableScore.user_accuracy_bonus`).

One thing's weight is the sum of those that are open. Guests together weigh at most GUESTS_TOGETHER (they may all be one
person), and guests and new accounts together at most half of what hides a thing: however many they are, somebody whom
the archive knows has to say so too. What a rule marks for a look weighs nothing towards hiding.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.trust import Level

PRIORS = {Level.NEW: 0.5, Level.FAN: 1.0, Level.REGULAR: 1.5}
GUEST, STAFF, MACHINE = 0.3, 3.0, 0.5
GUESTS_TOGETHER = 1.0
_BETA = 2


@dataclass(frozen=True)
class Voice:
    """One open report, as it counts towards hiding. `level` None: a guest."""

    weight: float
    level: Level | None
    is_staff: bool = False


def accuracy(agreed: int, decided: int) -> float:
    """1 without a history; between 0 and 2."""
    return 2 * (agreed + _BETA) / (decided + 2 * _BETA)


def weight(level: Level | None, *, is_staff: bool = False, agreed: int = 0, decided: int = 0) -> float:
    prior = STAFF if is_staff else GUEST if level is None else PRIORS[level]
    return prior * accuracy(agreed, decided)


def hides(voices: Iterable[Voice], threshold: float) -> bool:
    """Whether these reports hide a thing before a moderator looks."""
    heard = list(voices)
    guests = sum(voice.weight for voice in heard if voice.level is None)
    new = sum(voice.weight for voice in heard if voice.level == Level.NEW and not voice.is_staff)
    known = sum(voice.weight for voice in heard) - guests - new
    return known + min(new + min(guests, GUESTS_TOGETHER), threshold / 2) >= threshold
