from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

COLUMNS = ("id", "act", "kind", "object_id", "reason", "words", "created_at")
REFUSAL = "Decisions are never changed"

# Only an account's deletion may touch a decision, and only by taking the name off it. Nothing guards DELETE: that
# would break the flush between tests, and nothing in the site deletes decisions.
SQLITE = """
CREATE TRIGGER moderation_decision_append_only BEFORE UPDATE ON moderation_decision
WHEN NEW.moderator_id IS NOT NULL OR ({old}) IS NOT ({new})
BEGIN SELECT RAISE(ABORT, '{refusal}'); END
"""
POSTGRESQL = """
CREATE FUNCTION moderation_decision_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'; END$$;
CREATE TRIGGER moderation_decision_append_only BEFORE UPDATE ON moderation_decision FOR EACH ROW
WHEN (NEW.moderator_id IS NOT NULL OR ({old}) IS DISTINCT FROM ({new}))
EXECUTE FUNCTION moderation_decision_refuse()
"""
DROP_SQLITE = "DROP TRIGGER moderation_decision_append_only"
DROP_POSTGRESQL = "DROP FUNCTION moderation_decision_refuse CASCADE"


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sql = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    old, new = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("OLD", "NEW"))
    schema_editor.execute(sql.format(old=old, new=new, refusal=REFUSAL), params=None)


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(DROP_SQLITE if schema_editor.connection.vendor == "sqlite" else DROP_POSTGRESQL)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
