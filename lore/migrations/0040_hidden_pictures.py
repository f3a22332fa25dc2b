from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lore", "0030_begun_words")]
    operations = [
        migrations.AddField("image", "is_hidden", models.BooleanField(db_default=False, default=False, editable=False)),
    ]
