import pytest

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
