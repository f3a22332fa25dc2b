import pytest

from accounts.trust import Level
from moderation.weighing import Voice, accuracy, hides, weight


@pytest.mark.parametrize(
    ("agreed", "decided", "wanted"), [(0, 0, 1), (2, 4, 1), (4, 4, 1.5), (0, 4, 0.5), (96, 96, 1.96), (0, 96, 0.04)]
)
def test_accuracy_is_a_smoothed_share_doubled(agreed, decided, wanted):
    assert accuracy(agreed, decided) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("level", "is_staff", "wanted"),
    [(None, False, 0.3), (Level.NEW, False, 0.5), (Level.FAN, False, 1), (Level.REGULAR, False, 1.5), (0, True, 3)],
)
def test_trust_comes_first(level, is_staff, wanted):
    assert weight(level, is_staff=is_staff) == pytest.approx(wanted)


def test_known_fans_hide_and_puppets_alone_never_do():
    known, puppet, guest = Voice(1, Level.FAN), Voice(0.5, Level.NEW), Voice(0.3, None)
    assert not hides([known] * 2, 3)
    assert hides([known] * 3, 3)
    assert not hides([puppet] * 500 + [guest] * 500, 3)
    assert hides([puppet] * 3 + [known] * 2, 3)
    assert not hides([guest] * 500 + [known], 3), "all guests together weigh one"
    assert hides([Voice(3, Level.NEW, is_staff=True)], 3)
