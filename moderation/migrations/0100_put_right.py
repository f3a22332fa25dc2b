from importlib import import_module

from django.db import migrations, models

outcomes = import_module("moderation.migrations.0004_outcomes")
duplicates = import_module("moderation.migrations.0060_duplicates")
earlier = import_module("moderation.migrations.0070_house_rules")

ACTS = [
    *[*duplicates.ACTS, "keep", "mend", "shield", "unshield", "void", "count"],
    *["warn", "unwarn", "suspend", "unsuspend"],
]


def forget_what_was_put_right(apps, schema_editor):
    """The older table has no word for it."""
    rows = apps.get_model("moderation", "Decision").objects.filter(act="mend")
    apps.get_model("moderation", "Report").objects.filter(decision__in=rows).update(decision=None)
    rows.delete()
    earlier.check_now(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0070_house_rules")]
    operations = earlier.GUARD.around(
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
                    ("keep", "Leave it as it is"),
                    ("mend", "It was put right"),
                    ("shield", "Shield"),
                    ("unshield", "Take the shield back"),
                    ("void", "Void votes"),
                    ("count", "Count held votes"),
                    ("warn", "Warn"),
                    ("unwarn", "Take the warning back"),
                    ("suspend", "Suspend"),
                    ("unsuspend", "End the suspension"),
                ],
                max_length=20,
            ),
        ),
        *outcomes.swap("decision_act_known", ACTS),
        migrations.RunPython(migrations.RunPython.noop, forget_what_was_put_right),
    )
