import hashlib
import logging
from datetime import timedelta
from typing import Any

from django.core.mail import mailers
from django.db import IntegrityError, transaction
from django.tasks import task
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.letters import unpacked
from accounts.models import Dispatch

log = logging.getLogger(__name__)
# Minutes to wait after each failed try: a mail server that is away for a day loses nothing.
PAUSES = (1, 5, 15, 60, 240, 480, 720)
KNOWN_FOR = timedelta(days=30)
"""Longer than any task waits."""


@task
def deliver(mail: dict[str, Any], failures: int = 0) -> None:
    """Sends one mail, packed as JSON; while the mail server is away, it is put back for later. Where somebody was ended
    while the server had it, nobody knows whether it went: then it is not sent twice."""
    if not _begin(mail):
        log.error("a mail is not sent again: whoever sent it was ended, or another is at it")
        return
    try:
        mailers["delivery"].send_messages([unpacked(mail)])
    except Exception as fault:
        Dispatch.objects.filter(name=_name_of(mail)).delete()
        if not isinstance(fault, OSError):
            raise
        if failures == len(PAUSES) or not deliver.get_backend().supports_defer:
            raise
        log.warning("a mail waits: %s", type(fault).__name__)
        later = timezone.now() + timedelta(minutes=PAUSES[failures])
        deliver.using(run_after=later).enqueue(mail, failures + 1)


def forget_dispatches() -> None:
    Dispatch.objects.filter(begun_at__lt=timezone.now() - KNOWN_FOR).delete()


def _begin(mail: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            Dispatch.objects.create(name=_name_of(mail), begun_at=timezone.now())
    except IntegrityError:
        return False
    return True


def _name_of(mail: dict[str, Any]) -> str:
    return hashlib.sha256(mail["headers"]["Message-ID"].encode()).hexdigest()


@task
def write_letters(notice_ids: list[int]) -> None:
    """Tells by mail what is wanted at once. Twice is no different from once."""
    # Named, not imported: what words a letter asks the apps that queue this.
    import_string("accounts.digesting.write_at_once")(notice_ids)


@task
def pack_export(pk: int) -> None:
    """Packs what a fan takes along."""
    import_string("accounts.exporting.pack")(pk)
