from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lore", "0009_guards")]
    operations = [
        migrations.AddField(
            model_name="page",
            name="pictures",
            field=models.ManyToManyField(blank=True, related_name="pages", to="lore.image"),
        ),
    ]
