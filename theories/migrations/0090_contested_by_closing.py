from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("theories", "0080_to_second")]

    operations = [
        migrations.AddIndex(
            "theory",
            models.Index(
                fields=["closes_at"],
                name="theory_contested_by_closing",
                condition=models.Q(closed_at__isnull=True) & ~models.Q(state="open"),
            ),
        ),
    ]
