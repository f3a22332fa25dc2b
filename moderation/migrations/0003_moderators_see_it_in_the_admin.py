from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

GROUP = "Moderators"
VIEWED = {"report": "Can view report", "decision": "Can view decision"}


def grant(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Django makes permissions only after all migrations, so they are made here where they are missing."""
    database = schema_editor.connection.alias
    types, permissions, groups = (
        apps.get_model(*model).objects.using(database)
        for model in [("contenttypes", "ContentType"), ("auth", "Permission"), ("auth", "Group")]
    )
    moderators, _ = groups.get_or_create(name=GROUP)
    for model, name in VIEWED.items():
        content_type, _ = types.get_or_create(app_label="moderation", model=model)
        permission, _ = permissions.get_or_create(
            content_type=content_type, codename=f"view_{model}", defaults={"name": name}
        )
        moderators.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0002_append_only"),
        ("accounts", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
