"""What lore does outside of requests."""

import logging
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.tasks import task
from django.utils import timezone
from django.utils.module_loading import import_string

from lore.models import Change, Image, Making
from lore.preparing import prepare
from lore.telling import tell_of_change

log = logging.getLogger(__name__)
PAUSES = (1, 5, 15, 60)
"""Minutes to wait after each failed try at a picture: a disk that was full may have room again."""


@task
def prepare_picture(pk: int, failures: int = 0) -> None:
    try:
        prepare(pk)
    except (OSError, MemoryError, ValidationError) as fault:
        if failures == len(PAUSES) or not prepare_picture.get_backend().supports_defer:
            Image.objects.filter(pk=pk, making=Making.WAITING).update(making=Making.FAILED)
            raise
        log.warning("a picture waits: %s", type(fault).__name__)
        later = timezone.now() + timedelta(minutes=PAUSES[failures])
        prepare_picture.using(run_after=later).enqueue(pk, failures + 1)


@task
def follow_change(pk: int) -> None:
    """Tells those who follow the page, unless it is not read any more."""
    with transaction.atomic():
        change = Change.objects.public().select_related("actor").filter(pk=pk).first()
        if change:
            tell_of_change(change)


@task
def lay_out_ties() -> None:
    # Named, not imported: the web processes load this module, and networkx with numpy would cost each of them 45 MB
    # and 0.6 s for what the worker alone does.
    import_string("lore.layout.lay_out")()
