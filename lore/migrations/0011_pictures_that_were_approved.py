from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def hang(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    suggestions = apps.get_model("lore", "PictureSuggestion").objects.filter(state="approved")
    shows = apps.get_model("lore", "Page").pictures.through
    rows = suggestions.values_list("page_id", "image_id")
    shows.objects.bulk_create([shows(page_id=page, image_id=image) for page, image in rows], ignore_conflicts=True)


class Migration(migrations.Migration):
    """What a fan proposed for a page, and an editor approved, shows that page."""

    dependencies = [("lore", "0010_page_pictures")]
    operations = [migrations.RunPython(hang, migrations.RunPython.noop)]
