from django.db import migrations
from django.db.models import OuterRef, Subquery

import lore.models.scopes

# By hand: Django would remake the table on SQLite, and the guard of 0006 would be gone with the old one.
ADD = 'ALTER TABLE theories_caseversion ADD COLUMN scope {} NOT NULL DEFAULT 0 CHECK ("scope" >= 0)'
KINDS = {"sqlite": "bigint unsigned", "postgresql": "bigint"}


def add(apps, schema_editor):
    schema_editor.execute(ADD.format(KINDS[schema_editor.connection.vendor]))


def drop(apps, schema_editor):
    schema_editor.execute("ALTER TABLE theories_caseversion DROP COLUMN scope")


def take_the_theorys(apps, schema_editor):
    scope = apps.get_model("theories", "Theory").objects.filter(pk=OuterRef("theory_id")).values("scope")
    apps.get_model("theories", "CaseVersion").objects.update(scope=Subquery(scope))


class Migration(migrations.Migration):
    dependencies = [("theories", "0006_append_only")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunPython(add, drop)],
            [migrations.AddField("caseversion", "scope", lore.models.scopes.ScopeField())],
        ),
        migrations.RunPython(take_the_theorys, migrations.RunPython.noop),
    ]
