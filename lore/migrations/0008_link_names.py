from django.db import migrations, models


class Migration(migrations.Migration):
    """Links have no names until their page is saved, or compiled anew: until then their slug stands for it."""

    dependencies = [("lore", "0007_editors_keep_the_wiki")]
    operations = [
        migrations.AddField(
            model_name="pagelink",
            name="name",
            field=models.CharField(
                blank=True, default="", help_text="The page as the writer called it.", max_length=150
            ),
            preserve_default=False,
        ),
    ]
