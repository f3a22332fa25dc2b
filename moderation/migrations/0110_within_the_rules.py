from importlib import import_module

from django.db import migrations, models

outcomes = import_module("moderation.migrations.0004_outcomes")
earlier = import_module("moderation.migrations.0070_house_rules")

REASONS = [
    *["rules", "spoiler", "unkind", "spam", "rights", "private", "votes", "heated"],
    *["mistake", "within", "outcome", "repeats", "other"],
]


def say_it_otherwise(apps, schema_editor):
    """The older table has no word for it."""
    apps.get_model("moderation", "Decision").objects.filter(reason="within").update(reason="other")
    earlier.check_now(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0102_one_open_mark")]
    operations = earlier.GUARD.around(
        migrations.AlterField(
            "decision",
            "reason",
            models.CharField(
                choices=[
                    ("rules", "Against the house rules"),
                    ("spoiler", "Gave away a film"),
                    ("unkind", "Unkind to somebody"),
                    ("spam", "Spam or advertising"),
                    ("rights", "Used what belongs to somebody else"),
                    ("private", "Held private data"),
                    ("votes", "Votes that were not honest"),
                    ("heated", "The talk had run too hot"),
                    ("mistake", "An earlier decision was wrong"),
                    ("within", "Within the house rules"),
                    ("outcome", "How it turned out"),
                    ("repeats", "Whether it repeats another"),
                    ("other", "Another reason"),
                ],
                max_length=20,
            ),
        ),
        *outcomes.swap("decision_reason_known", REASONS),
        migrations.RunPython(migrations.RunPython.noop, say_it_otherwise),
    )
