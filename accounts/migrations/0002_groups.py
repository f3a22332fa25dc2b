from django.db import migrations


def make_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects
    for name in ("Editors", "Moderators"):
        groups.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    # Backwards the groups stay: people may be in them.
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
