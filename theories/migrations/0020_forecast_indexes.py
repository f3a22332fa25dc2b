from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("theories", "0010_version_scope"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddIndex(
            model_name="forecast",
            index=models.Index(fields=["theory", "fan", "-id"], name="forecast_own"),
        ),
        migrations.AddIndex(
            model_name="forecast",
            index=models.Index(
                fields=["theory", "made_at"], name="forecast_marks", condition=models.Q(("is_mark", True))
            ),
        ),
    ]
