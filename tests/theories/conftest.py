from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tests.factories import make_fan
from tests.factories_theories import make_theory
from theories.models import Theory


@pytest.fixture
def theory(author: User) -> Theory:
    return make_theory(author)


@pytest.fixture
def other(db) -> User:
    return make_fan(username="otto")


class Clock:
    """The site's clock, moved by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def pass_(self, **time: float) -> None:
        self.ahead += timedelta(**time)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timezone, "now", made)
    return made
