from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("theories", "0090_contested_by_closing")]

    operations = [
        migrations.RemoveIndex("theory", "theory_by_scope"),
        migrations.AddIndex("theory", models.Index(fields=["scope", "id"], name="theory_by_scope")),
        migrations.AddIndex("theory", models.Index(fields=["due_work", "id"], name="theory_by_due_work")),
        migrations.RemoveIndex("theory", "theory_by_author"),
        migrations.AddIndex(
            "theory",
            models.Index(
                fields=[
                    *["author", "-opened_at", "-id"],
                    *["is_hidden", "state", "scope", "outcome", "resolved_at", "closes_at"],
                ],
                name="theory_by_author",
            ),
        ),
    ]
