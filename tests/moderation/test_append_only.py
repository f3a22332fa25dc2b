"""The log of decisions cannot be rewritten: on SQLite a migration that changes a constraint makes the table anew, and
has to put its guard back."""

import pytest
from django.db import IntegrityError, connection, transaction

from moderation.models import Act, Decision, DecisionReason
from tests.factories import make_fan

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(moderator) -> Decision:
    about = {"kind": "theory", "object_id": 1, "reason": "outcome", "words": "Because."}
    return Decision.objects.create(moderator=moderator, act="resolve", **about)


@pytest.mark.parametrize("column", ["act", "kind", "object_id", "reason", "words", "created_at", "moderator_id"])
def test_nothing_is_rewritten(decision, column):
    values = {"act": "undo", "object_id": 2, "moderator_id": make_fan().pk, "created_at": "2020-01-01 00:00:00+00:00"}
    value = values.get(column, "other")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE moderation_decision SET {column} = %s WHERE id = %s", [value, decision.pk])


def test_the_name_alone_goes_with_the_account(decision):
    Decision.objects.update(moderator=None)
    assert Decision.objects.get().moderator is None


def test_every_act_and_reason_can_be_kept_and_no_other(moderator):
    about = {"moderator": moderator, "kind": "theory", "object_id": 1, "words": "Because."}
    for act in Act:
        assert Decision(act=act, reason="other", **about).done
        Decision.objects.create(act=act, reason="other", **about)
    for reason in DecisionReason:
        Decision.objects.create(act="undo", reason=reason, **about)
    for wrong in ({"act": "ban", "reason": "other"}, {"act": "hide", "reason": "whim"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(**wrong, **about)
