from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("theories", "0006_append_only")]
    operations = [
        migrations.RemoveIndex("comment", "thread_by_best"),
        migrations.AddIndex(
            "comment",
            models.Index(fields=["theory", "-fair_count", "id"], name="thread_by_best", condition=Q(parent=None)),
        ),
        migrations.AddIndex("comment", models.Index(fields=["parent", "-fair_count", "id"], name="reply_by_best")),
        migrations.AddIndex("comment", models.Index(fields=["theory", "created_at"], name="comment_by_time")),
        migrations.AddIndex(
            "comment",
            models.Index(fields=["theory", "mind_count"], name="comment_that_moved", condition=Q(mind_count__gt=0)),
        ),
    ]
