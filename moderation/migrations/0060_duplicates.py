from importlib import import_module

from django.db import migrations, models

from ballerina_site.guards import Guard

outcomes = import_module("moderation.migrations.0004_outcomes")
earlier = import_module("moderation.migrations.0050_slow_mode")
kept = import_module("moderation.migrations.0002_append_only")

GUARD = Guard("moderation_decision", kept.COLUMNS, kept.REFUSAL, unless_cleared="moderator_id")
ACTS = [*earlier.ACTS, "mark", "unmark"]
REASONS = [*outcomes.REASONS[:-1], "repeats", "other"]


def forget_duplicates(apps, schema_editor):
    """The older table has no word for them. The trail of each theory still tells who did what."""
    apps.get_model("moderation", "Decision").objects.exclude(act__in=earlier.ACTS).delete()


class Migration(migrations.Migration):
    dependencies = [("moderation", "0050_slow_mode")]
    operations = GUARD.around(
        migrations.AlterField(
            "decision",
            "act",
            models.CharField(
                choices=[
                    ("hide", "Hide"),
                    ("restore", "Restore"),
                    ("lock", "Lock"),
                    ("unlock", "Unlock"),
                    ("slow", "Slow down"),
                    ("unslow", "End slow mode"),
                    ("resolve", "Resolve"),
                    ("set_aside", "Set aside"),
                    ("undo", "Undo"),
                    ("uphold", "Uphold"),
                    ("overturn", "Overturn"),
                    ("mark", "Mark as a duplicate"),
                    ("unmark", "Let stand for itself"),
                ],
                max_length=20,
            ),
        ),
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
                    ("heated", "The talk had run too hot"),
                    ("mistake", "An earlier decision was wrong"),
                    ("outcome", "How it turned out"),
                    ("repeats", "Whether it repeats another"),
                    ("other", "Another reason"),
                ],
                max_length=20,
            ),
        ),
        *outcomes.swap("decision_act_known", ACTS),
        *outcomes.swap("decision_reason_known", REASONS),
        migrations.RunPython(migrations.RunPython.noop, forget_duplicates),
    )
