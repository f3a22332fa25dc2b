from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("theories", "0004_earlier_rows")]
    operations = [
        migrations.AddConstraint(
            model_name='theory',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'open', 'proposed', 'disputed', 'confirmed', 'busted', 'partly', 'void', 'withdrawn', 'duplicate'))), name='theory_state_known'),
        ),
        migrations.AddConstraint(
            model_name='theory',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('resolved_at__isnull', True), models.Q(('state__in', ('confirmed', 'busted', 'partly', 'void')), _negated=True)), models.Q(('closed_at__isnull', False), ('outcome__in', ['confirmed', 'busted', 'partly', 'void']), ('resolved_at__isnull', False), models.Q(('state', 'proposed'), models.Q(('outcome', models.F('state')), ('state__in', ('confirmed', 'busted', 'partly', 'void'))), _connector='OR')), _connector='OR'), name='theory_resolved_when_resolved'),
        ),
        migrations.AddConstraint(
            model_name='theory',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('duplicate_of__isnull', False), ('state', 'duplicate')), models.Q(models.Q(('state', 'duplicate'), _negated=True), ('duplicate_of__isnull', True)), _connector='OR'), name='theory_duplicate_of_one'),
        ),
        migrations.AddConstraint(
            model_name='theory',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('duplicate_of', models.F('id')), _negated=True), models.Q(('succeeds', models.F('id')), _negated=True)), name='theory_not_its_own_kin'),
        ),
        migrations.AddConstraint(
            model_name='theory',
            constraint=models.CheckConstraint(condition=models.Q(('crowd__isnull', True), ('crowd__range', (1, 99)), _connector='OR'), name='theory_crowd_in_per_cent'),
        ),
    ]
