"""How mail leaves: written down as a task, handed by the worker to the mailer "delivery"."""

import email.policy
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from accounts.letters import packed
from accounts.tasks import deliver

# Long links stay in one piece, so that the file can be read as it is.
_READABLE = email.policy.default.clone(max_line_length=998)


class QueuedBackend(BaseEmailBackend):
    """The task is a row: within a transaction the mail is queued if, and only if, the transaction commits."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        queued = [message for message in messages if message.recipients()]
        for message in queued:
            deliver.enqueue(packed(message))
        return len(queued)


def forget(addresses: Sequence[str]) -> None:
    """Takes away the mails to these addresses that lie in a folder, where no mail server is set up."""
    folder = settings.MAILERS["delivery"].get("OPTIONS", {}).get("folder")
    for path in Path(folder).glob("*.eml") if folder else ():
        text = path.read_text(errors="replace").lower()
        if any(address.lower() in text for address in addresses):
            path.unlink(missing_ok=True)


class FileAndConsoleBackend(BaseEmailBackend):
    """Where no mail server is set up: each mail is a file in `folder`, and is printed."""

    def __init__(self, folder: str | Path, **options: Any) -> None:
        super().__init__(**options)
        self.folder = Path(folder)

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in messages:
            text = message.message(policy=_READABLE).as_bytes()
            name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}.eml"
            (self.folder / name).write_bytes(text)
            sys.stdout.write(f"{text.decode()}\n{'-' * 79}\n")
        sys.stdout.flush()
        return len(messages)
