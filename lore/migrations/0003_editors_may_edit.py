from django.db import migrations

from accounts.granting import grants

MODELS = ["page", "claim", "source", "image", "event", "question", "category", "work"]


class Migration(migrations.Migration):
    dependencies = [
        ("lore", "0002_search_index"),
        ("accounts", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        grants("Editors", "lore", MODELS, ["add", "change", "view"]),
        grants("Editors", "lore", ["revision"], ["view"]),
    ]
