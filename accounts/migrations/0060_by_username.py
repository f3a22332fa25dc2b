from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("accounts", "0050_names_by_prefix")]
    operations = [
        # Profiles, signing in, and theories by a fan: by user name in whatever case.
        migrations.AddIndex("user", models.Index(Lower("username"), name="fan_by_username")),
    ]
