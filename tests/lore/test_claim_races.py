"""Editors at the same claim in the same moment, with real transactions in threads."""

from datetime import date

import pytest

from lore.claiming import add_claim, set_status
from lore.editing import Conflict
from lore.models import Change, Claim
from tests.factories import make_claim, make_fan, make_page, make_source
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_eight_editors_one_is_in_time_and_seven_are_told():
    claim, editor = make_claim(status="rumour"), make_fan()

    def confirm():
        return set_status(claim, "confirmed", editor=editor, reason="Seen", based_on=claim.changed_at)

    outcomes = at_once([confirm] * 8)
    assert sum(isinstance(outcome, Claim) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 7
    assert Change.objects.filter(kind="claim_status").count() == 1


def test_eight_new_claims_get_eight_keys():
    page, editor, source = make_page(), make_fan(), make_source()

    def add():
        claim = Claim(page=page, text="She dances.", status="reported", as_of=date(2025, 6, 1))
        return add_claim(claim, sources=[source], editor=editor)

    outcomes = at_once([add] * 8)
    keys = {outcome.key for outcome in outcomes if isinstance(outcome, Claim)}
    assert len(keys) == Claim.objects.count() == 8
