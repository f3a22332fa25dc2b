from django.db import migrations

from accounts.granting import grants


class Migration(migrations.Migration):
    dependencies = [
        ("theories", "0001_initial"),
        ("accounts", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        grants("Moderators", "theories", ["theory", "comment"], ["change", "view"]),
        grants("Moderators", "theories", ["tag"], ["view"]),
    ]
