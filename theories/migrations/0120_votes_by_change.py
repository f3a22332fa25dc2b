from django.db import migrations, models


class Migration(migrations.Migration):
    """What is looked at is what was voted lately, and a vote cast again keeps the moment of its first cast."""

    dependencies = [
        ('theories', '0110_integrity'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='vote', name='vote_lately'),
        migrations.RemoveIndex(model_name='vote', name='vote_with_network'),
        migrations.AddIndex(
            model_name='vote',
            index=models.Index(fields=['changed_at'], name='vote_lately'),
        ),
        migrations.AddIndex(
            model_name='vote',
            index=models.Index(condition=~models.Q(network=''), fields=['changed_at'], name='vote_with_network'),
        ),
    ]
