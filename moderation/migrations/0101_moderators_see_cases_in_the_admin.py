from django.db import migrations

from accounts.granting import grants


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0100_put_right"),
        ("accounts", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [grants("Moderators", "moderation", ["caseclaim", "appeal"], ["view"])]
