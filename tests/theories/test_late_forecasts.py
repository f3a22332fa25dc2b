"""A forecast made when the world could know how it ended does not score: its fan is told, and nobody else."""

from datetime import date, timedelta

import pytest

from tests.factories import make_fan
from tests.theories.recording import day, make_past, say, score
from theories.models import Score

pytestmark = pytest.mark.django_db
LATE = "Not scored: made after the first public evidence (<time datetime="


def told(client, theory) -> tuple[bool, bool]:
    """On the theory's page, in the fan's own list."""
    addresses = (theory.get_absolute_url(), "/theories/mine/?show=forecast")
    return tuple(LATE in client.get(address).content.decode() for address in addresses)


@pytest.mark.parametrize(("outcome", "is_told"), [("confirmed", True), ("void", False)])
def test_who_came_late_is_told(sign_in, guest, author, fan, other, outcome, is_told):
    known = (day(50) + timedelta(days=1)).date()
    theory = make_past(author, outcome, happened_on=known)
    say(fan, theory, 95, since=60)
    say(other, theory, 20, since=10, until=60)
    say(other, theory, 99, since=60)
    score(theory)
    assert not Score.objects.filter(fan=fan).exists()
    assert told(sign_in(fan), theory) == (is_told, is_told)
    assert told(sign_in(other), theory) == (False, False)  # what they said before scores
    assert LATE not in guest.get(theory.get_absolute_url() + "?crowd=1").content.decode()


def test_as_long_as_nothing_says_otherwise_nothing_is_told(sign_in, author, fan):
    theory = make_past(author, happened_on=date(2100, 1, 1))
    say(fan, theory, 95, since=60)
    say(make_fan(username="early"), theory, 5)
    assert told(sign_in(fan), theory) == (False, False)
