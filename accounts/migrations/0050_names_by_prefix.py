from django.db import migrations


def index(apps, schema_editor):
    """For names that begin so. SQLite finds them by the index over small letters that it has; PostgreSQL wants one in
    the order of the signs, which a model's index cannot say for one database alone."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('CREATE INDEX fan_by_prefix ON accounts_user ((LOWER(username) COLLATE "C"))')


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX fan_by_prefix")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_notices")]
    operations = [migrations.RunPython(index, drop)]
