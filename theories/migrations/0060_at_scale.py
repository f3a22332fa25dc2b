from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

LISTED = Q(is_hidden=False)
ASKED = ["is_hidden", "state", "scope", "author"]
ORDERS = [("hot", "hot"), ("new", "opened_at"), ("top", "top"), ("controversy", "controversy")]


def index(name, fields, condition=None):
    return migrations.AddIndex("theory", models.Index(fields=fields, name=name, condition=condition))


class Migration(migrations.Migration):
    dependencies = [
        ("theories", "0030_settling"),
        ("theories", "0050_talk"),
        ("accounts", "0060_by_username"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        *(migrations.RemoveIndex("theory", f"theory_by_{name}") for name, _ in ORDERS),
        migrations.RemoveIndex("theory", "theory_by_resolution"),
        migrations.RemoveIndex("theory", "theory_by_closing"),
        # The orders of /theories/, with what filters and the shield ask each theory that is walked past.
        *(
            index(f"theory_by_{name}", [f"-{field}", "-id", *ASKED, "closes_at"], LISTED)
            for name, field in ORDERS
        ),
        # ?status=proposed, disputed, withdrawn, duplicate, in each order.
        *(
            index(f"theory_state_{name}", ["state", f"-{field}", "-id", "is_hidden", "scope", "author"], LISTED & ~Q(state="open"))
            for name, field in ORDERS
        ),
        # ?status=resolved, and each outcome, in each order.
        *(
            index(
                f"theory_outcome_{name}",
                [f"-{field}", "-id", "outcome", "resolved_at", *ASKED],
                LISTED & ~Q(outcome=""),
            )
            for name, field in ORDERS
        ),
        # ?order=resolved and ?order=closing.
        index("theory_by_resolution", ["-resolved_at", "-id", *ASKED], LISTED),
        index("theory_by_closing", ["closes_at", "id", *ASKED], Q(is_hidden=False, state="open")),
        # A fan's profile: their theories, newest first.
        index("theory_by_author", ["author", "-opened_at", "-id"]),
        # ?work=: which scopes are in use, and what has them.
        index("theory_by_scope", ["scope"]),
    ]
