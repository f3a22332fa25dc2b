from django.db import migrations, models


def tell_apart(apps, schema_editor):
    """Until now a vote that was held was never voided with all of its fan's."""
    apps.get_model('theories', 'Vote').objects.filter(is_held=True, is_void=True).update(voided_for=1)
    apps.get_model('theories', 'Vote').objects.filter(is_held=False, is_void=True).update(voided_for=2)


class Migration(migrations.Migration):

    dependencies = [
        ('theories', '0120_votes_by_change'),
    ]

    operations = [
        migrations.AddField(
            model_name='vote',
            name='voided_for',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.RunPython(tell_apart, migrations.RunPython.noop),
    ]
