"""Mails as a mail program reads them."""

import email
import email.policy
from email.message import EmailMessage

from django.core import mail


def received() -> list[EmailMessage]:
    """All that was sent so far: each on the wire, and parsed again by Python's own library."""
    wires = [each.message(policy=email.policy.SMTP).as_bytes() for each in mail.outbox]
    return [email.message_from_bytes(wire, policy=email.policy.default) for wire in wires]


def text_of(letter: EmailMessage) -> str:
    return letter.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(letter: EmailMessage) -> str:
    return letter.get_body(("html",)).get_content()
