from django.db import migrations

from accounts.granting import grants


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0002_append_only"),
        ("accounts", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [grants("Moderators", "moderation", ["report", "decision"], ["view"])]
