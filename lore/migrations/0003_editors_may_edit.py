from django.contrib.auth.management import create_permissions
from django.db import migrations

MODELS = ["page", "claim", "source", "image", "event", "question", "category", "work"]


def grant(apps, schema_editor):
    # Permissions are made after all migrations; a group that is to have them needs them now.
    config = apps.get_app_config("lore")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    editors, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Editors")
    names = [f"{act}_{model}" for model in MODELS for act in ("add", "change", "view")] + ["view_revision"]
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="lore", codename__in=names)
    editors.permissions.add(*permissions)


def revoke(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name="Editors"):
        group.permissions.remove(*group.permissions.filter(content_type__app_label="lore"))


class Migration(migrations.Migration):
    dependencies = [
        ("lore", "0002_search_index"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, revoke)]
