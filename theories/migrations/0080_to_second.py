from django.db import migrations, models
from django.db.models import Q

UNDECIDED = Q(ended_at__isnull=True, seconded_at__isnull=True)


class Migration(migrations.Migration):
    dependencies = [("theories", "0070_manuscripts")]

    operations = [
        migrations.AddIndex(
            "proposal", models.Index(fields=["ended_at", "id"], name="proposal_to_second", condition=UNDECIDED)
        ),
        migrations.AddIndex("proposal", models.Index(fields=["id"], name="proposal_waiting", condition=UNDECIDED)),
    ]
