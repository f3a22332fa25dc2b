from django.db import migrations, models


class Migration(migrations.Migration):
    """What was told before stays as it is: each a line by itself, as it was counted."""

    dependencies = [("accounts", "0320_dispatches")]
    operations = [migrations.AddField("notice", "together", models.CharField(blank=True, default="", max_length=40))]
