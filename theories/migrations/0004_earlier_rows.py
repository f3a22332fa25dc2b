from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Cast, Substr
from django.db import models

STEP = 12
OUTCOMES = ("confirmed", "busted", "partly", "void")


def tell_outcomes_and_roots(apps, schema_editor):
    Theory, Comment = apps.get_model("theories", "Theory"), apps.get_model("theories", "Comment")
    Theory.objects.filter(state__in=OUTCOMES).update(outcome=F("state"), closed_at=F("resolved_at"))
    Comment.objects.exclude(parent=None).update(root_id=Cast(Substr("path", 1, STEP), models.BigIntegerField()))


def back_to_open(apps, schema_editor):
    """The earlier schema knows neither proposals nor duplicates."""
    Theory = apps.get_model("theories", "Theory")
    late = Theory.objects.filter(state__in=["proposed", "disputed", "duplicate"])
    late.update(state="open", outcome=Value(""), resolved_at=None, closed_at=None, duplicate_of=None)


class Migration(migrations.Migration):
    dependencies = [("theories", "0003_predictions")]
    operations = [migrations.RunPython(tell_outcomes_and_roots, back_to_open)]
