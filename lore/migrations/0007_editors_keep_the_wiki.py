from django.db import migrations

from accounts.granting import grants


class Migration(migrations.Migration):
    dependencies = [
        ("lore", "0006_append_only"),
        ("accounts", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        grants("Editors", "lore", ["tie"], ["add", "change", "delete", "view"]),
        grants("Editors", "lore", ["suggestion", "picturesuggestion", "change", "schedulededit"], ["view"]),
        grants("Editors", "lore", ["source"], ["add", "change", "view"]),
    ]
