from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("theories", "0020_forecast_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddIndex(
            model_name="theory",
            index=models.Index(
                fields=["resolved_at", "id"],
                name="theory_to_settle",
                condition=models.Q(("resolved_at__isnull", False), ("scored_at__isnull", True)),
            ),
        ),
    ]
