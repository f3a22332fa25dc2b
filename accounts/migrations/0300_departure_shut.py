from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0070_people")]
    operations = [migrations.AddField("departure", "shut_at", models.DateTimeField(blank=True, null=True))]
