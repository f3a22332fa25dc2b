from django.db import migrations

# What may still change is not named here: `compiled` is derived, and an account's deletion takes its name off.
PLACE = ("id", "page_id", "number", "created_at")
WORDS = ("title", "lead", "hatnote", "facts", "body", "comment", "scope")
CHANGE = (
    *("id", "kind", "page_id", "revision_id", "claim_id", "newer_id"),
    *("old_status", "new_status", "scope", "happened_at"),
)


def differs(columns, unlike):
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"({old}) {unlike} ({new})"


def only_emptied(column, unlike):
    return f"(NEW.{column} IS NOT NULL AND NEW.{column} {unlike} OLD.{column})"


def revision_refused(unlike):
    """Words change only together with the hour of their redaction, which is never taken back."""
    return " OR ".join(
        [
            differs(PLACE, unlike),
            *(only_emptied(column, unlike) for column in ("editor_id", "credited_to_id", "based_on_id")),
            f"({differs(WORDS, unlike)} AND NOT (NEW.redacted_at {unlike} OLD.redacted_at))",
            "(NEW.redacted_at IS NULL AND OLD.redacted_at IS NOT NULL)",
        ]
    )


def change_refused(unlike):
    emptied = (only_emptied(column, unlike) for column in ("actor_id", "credited_to_id"))
    # Words go when a redaction empties them, and are never replaced by others.
    return " OR ".join([differs(CHANGE, unlike), *emptied, f"(NEW.reason <> '' AND NEW.reason {unlike} OLD.reason)"])


GUARDED = {
    "revision": (revision_refused, "Revisions are never changed"),
    "change": (change_refused, "The log of changes is never changed"),
}


def guard(apps, schema_editor):
    """UPDATE alone: nothing in the site deletes these rows, and a guard on DELETE would break the flush of tests."""
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table, (refused, words) in GUARDED.items():
        if is_sqlite:
            schema_editor.execute(
                f"CREATE TRIGGER lore_{table}_append_only BEFORE UPDATE ON lore_{table} "
                f"WHEN {refused('IS NOT')} BEGIN SELECT RAISE(ABORT, '{words}'); END",
                params=None,
            )
        else:
            schema_editor.execute(
                f"CREATE FUNCTION lore_{table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$BEGIN RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END$$;"
                f"CREATE TRIGGER lore_{table}_append_only BEFORE UPDATE ON lore_{table} FOR EACH ROW "
                f"WHEN ({refused('IS DISTINCT FROM')}) EXECUTE FUNCTION lore_{table}_refuse()",
                params=None,
            )


def unguard(apps, schema_editor):
    for table in GUARDED:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER lore_{table}_append_only")
        else:
            schema_editor.execute(f"DROP FUNCTION lore_{table}_refuse CASCADE")


class Migration(migrations.Migration):
    dependencies = [("lore", "0005_history")]
    operations = [migrations.RunPython(guard, unguard)]
