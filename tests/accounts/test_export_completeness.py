"""Whatever table points to a fan: what they gave is in what they take along, or it says here why it is not."""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import exporting
from accounts.models import User

pytestmark = pytest.mark.django_db
LEFT_OUT = {
    "accounts.Departure.fan": "A question that waits for its day; the page beside the export tells it.",
    "accounts.Export.fan": "The export itself.",
    "accounts.FactorReset.fan": "A question that waits for its day; a mail has told it.",
    "accounts.Notice.actor": "Others' notices; what they tell of is exported where it was done.",
    "accounts.User_user_permissions.user": "Rights that an administrator gave, and nobody is given one by one.",
    "admin.LogEntry.user": "Which forms of the office were sent, without what was written.",
    "moderation.CaseClaim.moderator": "A hand on a case for half an hour.",
    "theories.Appeal.moderator": "Their answer is among the turns.",
    "theories.Standing.fan": "Reckoned from the scores, which are exported.",
}


def keys_to_fans():
    models = apps.get_models(include_auto_created=True)
    return [(model, field) for model in models for field in model._meta.fields if field.related_model is User]


def exported(fan, keys, pack):
    """By which of these columns a query looks for the fan's rows."""
    with CaptureQueriesContext(connection) as asked:
        pack(fan)
    every = " ".join(query["sql"] for query in asked)
    return {
        f"{model._meta.label}.{field.name}"
        for model, field in keys
        if re.search(rf'"{model._meta.db_table}"."{field.column}" = {fan.pk}\b', every)
    }


def test_every_table_that_points_to_a_fan(fan):
    keys = keys_to_fans()
    every = {f"{model._meta.label}.{field.name}" for model, field in keys}
    missing = every - exported(fan, keys, exporting.parts_of)
    assert missing == LEFT_OUT.keys(), missing ^ LEFT_OUT.keys()
    assert "theories.Vote.fan" in every - exported(fan, keys, lambda fan: fan.groups.count())
