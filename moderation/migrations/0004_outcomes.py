from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

guarding = import_module("moderation.migrations.0002_append_only")

OLD_ACTS = ["hide", "restore", "lock", "unlock"]
ACTS = [*OLD_ACTS, "resolve", "set_aside", "undo", "uphold", "overturn"]
OLD_REASONS = ["rules", "spoiler", "unkind", "spam", "rights", "private", "heated", "mistake", "other"]
REASONS = [*OLD_REASONS[:-1], "outcome", "other"]


def forget_outcomes(apps, schema_editor):
    """The older table has no word for them. The trail of each theory still tells who did what."""
    decisions = apps.get_model("moderation", "Decision").objects
    decisions.exclude(act__in=OLD_ACTS).delete()


def swap(name, new):
    """Widens what a column may hold."""
    field = name.split("_")[1]
    return [
        migrations.RemoveConstraint("decision", name),
        migrations.AddConstraint("decision", models.CheckConstraint(condition=Q((f"{field}__in", new)), name=name)),
    ]


class Migration(migrations.Migration):
    """On SQLite another constraint means another table, without the guard: it is taken off before and put on after."""

    dependencies = [("moderation", "0003_moderators_see_it_in_the_admin")]
    operations = [
        migrations.RunPython(guarding.unguard, guarding.guard),
        migrations.AlterField(
            "decision",
            "act",
            models.CharField(
                choices=[
                    ("hide", "Hide"),
                    ("restore", "Restore"),
                    ("lock", "Lock"),
                    ("unlock", "Unlock"),
                    ("resolve", "Resolve"),
                    ("set_aside", "Set aside"),
                    ("undo", "Undo"),
                    ("uphold", "Uphold"),
                    ("overturn", "Overturn"),
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
                    ("other", "Another reason"),
                ],
                max_length=20,
            ),
        ),
        *swap("decision_act_known", ACTS),
        *swap("decision_reason_known", REASONS),
        migrations.RunPython(migrations.RunPython.noop, forget_outcomes),
        migrations.RunPython(guarding.guard, guarding.unguard),
    ]
