"""Long discussions, put there as rows."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max

from accounts.models import User
from lore import markup
from lore.markup import Lexicon
from theories.counting import recount
from theories.models import STEP, Comment, Theory


def make_talk(theory: Theory, writers: list[User], texts: list[str], shape: Sequence[int]) -> list[Comment]:
    """A comment of each text. `shape` has for each place in a thread which of the thread's comments is answered there;
    the first is the start of one."""
    first = (Comment.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    lexicon = Lexicon({"ruska-roma": "/lore/ruska-roma/"}, {})
    compiled = {text: markup.to_json(markup.compile_fan(text, lexicon)) for text in set(texts)}
    said: list[Comment] = []
    for number, text in enumerate(texts):
        place = number % len(shape)
        parent = said[number - place + shape[place]] if place else None
        said.append(
            Comment(
                pk=first + number,
                theory=theory,
                author=writers[number % len(writers)],
                parent=parent,
                root_id=parent and (parent.root_id or parent.pk),
                text=text,
                compiled=compiled[text],
                scope=theory.scope,
                path=(parent.path if parent else "") + str(first + number).zfill(STEP),
                created_at=theory.opened_at + timedelta(seconds=number),
            )
        )
    Comment.objects.bulk_create(said, batch_size=1000)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Comment]):
            cursor.execute(statement)
    recount([theory.pk])
    return said
