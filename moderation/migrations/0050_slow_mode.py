from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

guarding = import_module("moderation.migrations.0002_append_only")
earlier = import_module("moderation.migrations.0004_outcomes")

ACTS = [*earlier.ACTS[:4], "slow", "unslow", *earlier.ACTS[4:]]


def forget_slow_mode(apps, schema_editor):
    """The older table has no word for it."""
    apps.get_model("moderation", "Decision").objects.exclude(act__in=earlier.ACTS).delete()


class Migration(migrations.Migration):
    """On SQLite another constraint means another table, without the guard: it is taken off before and put on after."""

    dependencies = [("moderation", "0004_outcomes")]
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
                    ("slow", "Slow down"),
                    ("unslow", "End slow mode"),
                    ("resolve", "Resolve"),
                    ("set_aside", "Set aside"),
                    ("undo", "Undo"),
                    ("uphold", "Uphold"),
                    ("overturn", "Overturn"),
                ],
                max_length=20,
            ),
        ),
        *earlier.swap("decision_act_known", ACTS),
        migrations.RunPython(migrations.RunPython.noop, forget_slow_mode),
        migrations.RunPython(guarding.guard, guarding.unguard),
    ]
