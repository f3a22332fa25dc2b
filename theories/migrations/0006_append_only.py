from django.db import migrations

# What may still change is not named here. An account's deletion takes its name off.
GUARDED = {
    "forecast": ("id", "theory_id", "probability", "made_at", "crowd", "is_mark"),
    "turntaken": ("id", "theory_id", "turn", "state_before", "state_after", "outcome", "scope_before", "taken_at"),
    "caseversion": ("id", "theory_id", "number", "claim", "case", "criteria", "created_at"),
    "clarification": ("id", "theory_id", "text", "made_at"),
}


def refused(columns, unlike):
    old, new = (", ".join(f'{row}."{column}"' for column in columns) for row in ("OLD", "NEW"))
    return f"({old}) {unlike} ({new})"


def guard(apps, schema_editor):
    """UPDATE alone: a guard on DELETE would break the flush of tests."""
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table, columns in GUARDED.items():
        words = f"Rows of {table} are never changed"
        if is_sqlite:
            sql = (
                f"CREATE TRIGGER theories_{table}_append_only BEFORE UPDATE ON theories_{table} "
                f"WHEN {refused(columns, 'IS NOT')} BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
        else:
            sql = (
                f"CREATE FUNCTION theories_{table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$BEGIN RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END$$;"
                f"CREATE TRIGGER theories_{table}_append_only BEFORE UPDATE ON theories_{table} FOR EACH ROW "
                f"WHEN ({refused(columns, 'IS DISTINCT FROM')}) EXECUTE FUNCTION theories_{table}_refuse()"
            )
        schema_editor.execute(sql, params=None)


def unguard(apps, schema_editor):
    for table in GUARDED:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER theories_{table}_append_only")
        else:
            schema_editor.execute(f"DROP FUNCTION theories_{table}_refuse CASCADE")


class Migration(migrations.Migration):
    dependencies = [("theories", "0005_predictions_hold")]
    operations = [migrations.RunPython(guard, unguard)]
