"""When time alone will change what pages show."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from theories.awaiting import next_change
from theories.models import Theory

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.django_db
def test_the_next_moment_is_that_of_a_theory_that_can_change(theory):
    start = datetime(2030, 1, 1, 12, tzinfo=UTC)

    def changes_when(**columns) -> bool:
        rows = Theory.objects.filter(pk=theory.pk)
        blank = {"state": "open", "outcome": "", "closed_at": None, "resolved_at": None, "scored_at": None}
        rows.update(**(blank | {"is_hidden": False, "closes_at": start + HOUR} | columns))
        found = next_change(start, start + MINUTE)
        assert found in {None, start + MINUTE}
        return found is not None

    soon, now = {"closes_at": start + MINUTE}, timezone.now()
    told = {"outcome": "busted", "closed_at": now, "resolved_at": start + MINUTE}
    assert changes_when(**soon)
    assert changes_when(closes_at=start + MINUTE + timedelta(days=14))
    assert changes_when(state="disputed", **soon)
    assert changes_when(state="proposed", **told)
    assert not changes_when()
    assert not changes_when(closes_at=start)  # it has been
    assert not changes_when(is_hidden=True, **soon)
    assert not changes_when(state="withdrawn", **soon)
    assert not changes_when(state="disputed", closed_at=now, **soon)
    assert not changes_when(state="busted", scored_at=now, **told)
