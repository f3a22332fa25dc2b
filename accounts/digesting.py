"""Mails about notices: at once, once a day, once a week.

Each is written down as a `Letter`, unique for its fan and period, in the transaction that queues the mail: whoever
works at it twice, or at once with somebody else, sends it once. It is worded when it is written, for its fan as a page
would be: it holds what is still unread, still there and inside their shield.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.text import Truncator

from accounts.hooks import viewer_of_fan
from accounts.inbox import Entry, entries, lines_of
from accounts.models import Letter, Notice, Rhythm, User
from accounts.unread import noting_mutes
from accounts.unsubscribing import Stop, stop_kind, stop_rhythm
from ballerina_site.http import canonical

log = logging.getLogger(__name__)
HOUR = 7
"""UTC, at which the daily and, on Mondays, the weekly letters are due."""
AT_A_TIME = 200
"""Fans to whom one run writes; the next follows within a minute."""
MOST = 100
"""Notices in one letter; the inbox has the rest."""
LOST_AFTER = timedelta(minutes=15)
"""When the task of a letter that was to go at once is taken for lost."""
_SUBJECT = 90


def write_due(moment: datetime | None = None) -> None:
    """All letters that are due; may run twice, at once or late."""
    moment = moment or timezone.now()
    for rhythm, period, since in periods(moment):
        had = Letter.objects.filter(fan=OuterRef("fan"), rhythm=rhythm, period=period)
        waiting = Notice.objects.to_mail().filter(~Exists(had), rhythm=rhythm, made_at__lt=since)
        for pk in list(waiting.order_by("fan").values_list("fan", flat=True).distinct()[:AT_A_TIME]):
            _try_to_write(pk, rhythm, period, waiting.filter(fan=pk))
    lost = Notice.objects.to_mail().filter(rhythm=Rhythm.AT_ONCE, made_at__lt=moment - LOST_AFTER)
    write_at_once(lost.order_by("pk").values_list("pk", flat=True)[:AT_A_TIME])


def write_at_once(notice_ids: Sequence[int]) -> None:
    """One letter for each of these notices that still waits for one."""
    rows = Notice.objects.to_mail().filter(pk__in=list(notice_ids), rhythm=Rhythm.AT_ONCE)
    for pk, fan_id in list(rows.order_by("pk").values_list("pk", "fan")):
        _try_to_write(fan_id, Rhythm.AT_ONCE, str(pk), rows.filter(pk=pk))


def periods(moment: datetime) -> list[tuple[Rhythm, str, datetime]]:
    """The day and the week whose letters are due by now: name, and the end of what they tell of. A machine that was off
    at that hour writes them later."""
    day = moment.astimezone(UTC).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if day > moment:
        day -= timedelta(days=1)
    monday = day - timedelta(days=day.weekday())
    return [(Rhythm.DAILY, f"{day:%Y-%m-%d}", day), (Rhythm.WEEKLY, f"{monday:%G-W%V}", monday)]


def write(fan_id: int, rhythm: Rhythm, period: str, waiting: Sequence[Notice]) -> None:
    """`waiting`: one fan's notices. What cannot be told by mail, since it is there no more or since there is no address
    that is known to be theirs, waits no longer."""
    notices = list(noting_mutes(waiting).select_related("actor")[:MOST])
    fan = User.objects.present().filter(pk=fan_id).first()
    address = address_of(fan) if fan else ""
    told = _told(fan, notices) if fan and address else []
    if fan is None or not told:
        Notice.objects.filter(pk__in=[notice.pk for notice in notices], letter=None).update(rhythm=Rhythm.NEVER)
        return
    mail = letter_mail(fan, address, rhythm, period, told)
    with transaction.atomic():
        about = {"fan": fan, "rhythm": rhythm, "period": period}
        letter, is_new = Letter.objects.get_or_create(**about, defaults={"made_at": timezone.now()})
        if is_new:
            Notice.objects.filter(pk__in=[notice.pk for notice in notices], letter=None).update(letter=letter)
            mail.send()


def _try_to_write(fan_id: int, rhythm: Rhythm, period: str, waiting: Sequence[Notice]) -> None:
    """A letter that cannot be worded must not keep all others from being written; it is tried again with the next
    run."""
    try:
        write(fan_id, rhythm, period, waiting)
    except Exception:
        log.exception("a letter was not written: account %s", fan_id)


def letter_mail(fan: User, address: str, rhythm: str, period: str, told: list[Entry]) -> EmailMultiAlternatives:
    stop = stop_kind(fan, told[0].newest.kind) if rhythm == Rhythm.AT_ONCE else stop_rhythm(fan, rhythm)
    stop_href = canonical(reverse("mail_stop", args=[stop.token]))
    context = {
        "fan": fan,
        "told": told,
        "rhythm": rhythm,
        "stop": stop,
        "stop_href": stop_href,
        "choices_href": canonical(reverse("accounts:notices")),
        "inbox_href": canonical(reverse("inbox")),
        "site_url": settings.SITE_URL,
    }
    mail = EmailMultiAlternatives(
        _subject(rhythm, told),
        render_to_string("emails/letter.txt", context).strip() + "\n",
        None,
        [address],
        headers=_headers(fan, rhythm, period, stop, stop_href),
    )
    mail.attach_alternative(render_to_string("emails/letter.html", context), "text/html")
    return mail


def address_of(fan: User) -> str:
    """Where they read mail, if that is known to be theirs."""
    known = EmailAddress.objects.filter(user=fan, primary=True, verified=True).first()
    return known.email if known else ""


def _told(fan: User, notices: list[Notice]) -> list[Entry]:
    """Like things together, the newest first: nobody reads a letter in the order in which it came about."""
    viewer = viewer_of_fan[0](fan)
    wanted = [notice for notice in notices if not notice.is_muted]
    lines = lines_of(viewer, wanted)
    there = [notice for notice in wanted if notice.pk in lines]
    return entries(sorted(there, key=lambda notice: -notice.pk), lines)


def _subject(rhythm: str, told: list[Entry]) -> str:
    if rhythm == Rhythm.AT_ONCE:
        return Truncator(told[0].words).chars(_SUBJECT)
    count = sum(entry.count for entry in told)
    when = "Your day" if rhythm == Rhythm.DAILY else "Your week"
    return f"{when} at the archive: {count} {'notice' if count == 1 else 'notices'}"


def _headers(fan: User, rhythm: str, period: str, stop: Stop, stop_href: str) -> dict[str, str]:
    """The name of a letter is that of its fan and period, whoever writes it: a mailbox knows it again."""
    host = urlsplit(settings.SITE_URL).hostname
    name = salted_hmac("accounts.digesting", f"{fan.pk} {rhythm} {period}", algorithm="sha256").hexdigest()[:24]
    return {
        "Message-ID": f"<{rhythm}-{period}-{name}@{host}>",
        "List-Id": f"Notices of the Ballerina Archive <{stop.name}.notices.{host}>",
        "List-Unsubscribe": f"<{stop_href}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
    }
