from django.db import migrations, models

from lore.web_addresses import check_web_address

# What is unique in each table. SQLite's REPLACE deletes the row in the way without asking its triggers, so that the
# guard on UPDATE is passed by: here it is asked before. PostgreSQL has no REPLACE, and its ON CONFLICT is an UPDATE.
GUARDED = {
    "revision": (("id",), ("page_id", "number")),
    "change": (("id",), ("revision_id",)),
}


def is_taken(table, columns):
    alike = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    return f"EXISTS (SELECT 1 FROM lore_{table} WHERE {alike})"


def guard(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    for table, unique in GUARDED.items():
        taken = " OR ".join(is_taken(table, columns) for columns in unique)
        schema_editor.execute(
            f"CREATE TRIGGER lore_{table}_never_replaced BEFORE INSERT ON lore_{table} "
            f"WHEN {taken} BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: lore_{table}'); END",
            params=None,
        )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    for table in GUARDED:
        schema_editor.execute(f"DROP TRIGGER lore_{table}_never_replaced")


class Migration(migrations.Migration):
    dependencies = [("lore", "0008_link_names")]
    operations = [
        migrations.AlterField("source", "url", models.URLField(blank=True, validators=[check_web_address])),
        migrations.RunPython(guard, unguard),
    ]
