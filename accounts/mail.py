"""How mail leaves: written down as a task, handed by the worker to the mailer "delivery"."""

import email.policy
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_binary_file
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from accounts.letters import packed
from accounts.tasks import deliver
from accounts.unnaming import Traces

# Long links stay in one piece, so that the file can be read as it is.
_READABLE = email.policy.default.clone(max_line_length=998)


class QueuedBackend(BaseEmailBackend):
    """The task is a row: within a transaction the mail is queued if, and only if, the transaction commits."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        queued = [message for message in messages if message.recipients()]
        for message in queued:
            deliver.enqueue(packed(message))
        return len(queued)


def forget(traces: Traces, name: str) -> None:
    """Takes away the mails that lie in a folder, where no mail server is set up, and tell who somebody was: by these
    traces, or by the name that others see."""
    folder = settings.MAILERS["delivery"].get("OPTIONS", {}).get("folder")
    for path in Path(folder).glob("*.eml") if folder else ():
        text = _text_of(path)
        if traces.are_in(text) or (name and name in text):
            path.unlink(missing_ok=True)


def _text_of(path: Path) -> str:
    with path.open("rb") as file:
        message = message_from_binary_file(file, policy=_READABLE)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*map(str, message.values()), *parts])


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
