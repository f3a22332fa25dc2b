"""A mail as JSON, and back."""

from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives


def packed(message: EmailMessage) -> dict[str, Any]:
    """The mail as JSON. Attachments are not carried: the archive sends none."""
    if message.attachments:
        raise ValueError("Mails with attachments cannot be queued.")
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "from_email": message.from_email,
        "to": message.to,
        "cc": message.cc,
        "bcc": message.bcc,
        "reply_to": message.reply_to,
        # Made now, so that a mail sent twice by a mishap is one mail to its reader.
        "headers": {
            "Message-ID": make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
            **message.extra_headers,
        },
        "alternatives": [list(each) for each in getattr(message, "alternatives", [])],
    }


def unpacked(mail: dict[str, Any]) -> EmailMessage:
    # What somebody typed is no coded word (RFC 2047), though it may look like one: a sign of no width tells them apart.
    subject = " ".join(mail["subject"].splitlines()).replace("=?", "=\u200b?")
    fields = {**mail, "subject": subject}
    alternatives = fields.pop("alternatives")
    message = EmailMultiAlternatives(**fields)
    for content, mimetype in alternatives:
        message.attach_alternative(content, mimetype)
    return message
