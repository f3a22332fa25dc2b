"""Mails about notices: once, in time, inside the shield, and with a way out that asks for no sign-in."""

import re
import smtplib
from datetime import UTC, datetime, timedelta

import html5lib
import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django_tasks_db.models import DBTaskResult

from accounts import digesting
from accounts.choosing import Wish, choose, wishes_of
from accounts.digesting import periods, write_due
from accounts.models import Letter, Notice, Rhythm
from accounts.muting import mute
from accounts.notifying import notify
from tests.accounts.letters import html_of, received, text_of
from tests.factories import make_fan, make_work, mark_seen
from tests.factories_theories import make_comment, make_theory
from tests.racing import at_once
from theories.models import Theory

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2031, 7, 8, 7, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://archive.example"


@pytest.fixture
def other():
    return make_fan("otto")


@pytest.fixture
def theory(author):
    return make_theory(author, claim="Grüße <from> Rooney & “friends”.")


def want(fan, kind, rhythm, *, in_inbox=True):
    choose(fan, {kind: Wish(in_inbox, rhythm)})


@pytest.mark.parametrize(
    ("moment", "daily", "weekly"),
    [
        (datetime(2031, 7, 8, 6, 59, 59, tzinfo=UTC), "2031-07-07", "2031-W28"),
        (datetime(2031, 7, 8, 7, 0, tzinfo=UTC), "2031-07-08", "2031-W28"),
        (datetime(2031, 7, 7, 6, 0, tzinfo=UTC), "2031-07-06", "2031-W27"),
        (datetime(2031, 1, 1, 0, 0, tzinfo=UTC), "2030-12-31", "2031-W01"),
    ],
)
def test_which_day_and_week_are_due(moment, daily, weekly):
    assert [name for _, name, _ in periods(moment)] == [daily, weekly]


def test_a_daily_letter_is_a_whole_mail_and_comes_once(author, fan, other, theory):
    want(author, "reply", Rhythm.DAILY)
    for _ in range(7):
        said = make_comment(fan, theory)
    make_comment(other, theory)
    assert received() == []
    for _ in range(2):
        write_due(TUESDAY)
    [letter] = received()
    assert letter["Subject"] == "Your day at the archive: 8 notices"
    assert letter["To"] == "author@example.org"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Id"].endswith("<daily.notices.archive.example>")
    assert re.fullmatch(r"<daily-2031-07-08-[0-9a-f]{24}@archive\.example>", letter["Message-ID"])
    assert letter.get_content_type() == "multipart/alternative"
    for part in letter.iter_parts():
        assert part.get_content_charset() == "utf-8"
    assert f"There are 8 new comments on your theory “{theory.claim}”\notto and fan, " in text_of(letter)
    assert "There are 8 new comments on your theory “Grüße &lt;from&gt; Rooney &amp; “friends”.”" in html_of(letter)
    html5lib.HTMLParser(strict=True).parse(html_of(letter))
    links = re.findall(r'(?:href|src)="([^"]*)"', html_of(letter))
    assert all(link.startswith("https://archive.example") for link in links)
    assert "<img" not in html_of(letter)
    assert said.address_at(theory.get_absolute_url()).partition("?")[0] in text_of(letter)
    assert Letter.objects.count() == 1


def test_what_was_read_is_not_mailed_and_without_news_there_is_no_letter(client, author, fan, theory):
    make_comment(fan, theory)
    client.force_login(author)
    client.post("/inbox/read/", {"newest": Notice.objects.get().pk})
    write_due(TUESDAY)
    assert (received(), Letter.objects.count()) == ([], 0)


def test_what_comes_after_the_hour_waits_for_the_next_letter(author, fan, theory):
    make_comment(fan, theory)
    write_due(TUESDAY)
    make_comment(fan, theory, "And more.")
    Notice.objects.filter(letter=None).update(made_at=TUESDAY)
    write_due(TUESDAY + timedelta(hours=5))
    assert len(received()) == 1
    write_due(TUESDAY + timedelta(days=1))
    assert len(received()) == 2
    assert received()[0]["Message-ID"] != received()[1]["Message-ID"]


def test_a_letter_says_no_more_than_the_shield(author, fan):
    work = make_work("chapter-9")
    theory = make_theory(author, claim="Everybody dies.", scope=work.mask)
    want(fan, "resolved", Rhythm.DAILY)
    notify([fan.pk], "resolved", theory.pk, actor=author)
    write_due(TUESDAY)
    [letter] = received()
    for told in (letter.as_string(), text_of(letter), html_of(letter)):
        assert "verybody" not in told
    assert "a theory that gives away Chapter-9" in text_of(letter)
    assert "author" not in text_of(letter)
    mark_seen(fan, work)
    notify([fan.pk], "resolved", theory.pk, key="again")
    write_due(TUESDAY + timedelta(days=1))
    assert "Everybody dies." in text_of(received()[1])


@pytest.mark.parametrize("why", ["unproven", "suspended", "gone", "hidden", "muted"])
def test_who_and_what_gets_no_letter(author, fan, theory, why):
    make_comment(fan, theory)
    if why == "unproven":
        EmailAddress.objects.update(verified=False)
    elif why == "suspended":
        type(author).objects.filter(pk=author.pk).update(is_active=False)
    elif why == "gone":
        type(author).objects.filter(pk=author.pk).update(erased_at=TUESDAY)
    elif why == "hidden":
        # Not their own: they may still read that.
        Theory.objects.update(is_hidden=True, author=fan)
    else:
        mute(author, "fan", fan.pk)
    write_due(TUESDAY)
    assert (received(), Letter.objects.count()) == ([], 0)
    assert not Notice.objects.to_mail().exists()


def test_the_archive_is_told_nothing(fan, theory):
    archive = type(fan).objects.archive()
    notify([archive.pk], "mention", theory.pk)
    assert not Notice.objects.exists()


def test_at_once_means_now_and_once(author, fan, theory):
    want(author, "reply", Rhythm.AT_ONCE)
    said = make_comment(fan, theory)
    [letter] = received()
    assert letter["Subject"].startswith("There is a comment on your theory “Grüße <from>")
    assert letter["List-Id"].endswith("<reply.notices.archive.example>")
    notify([author.pk], "reply", said.pk, actor=fan)
    write_due(TUESDAY)
    assert len(received()) == 1


def test_a_letter_whose_task_was_lost_is_written_later(author, theory):
    lost = Notice.objects.create(
        fan=author, kind="resolved", object_id=theory.pk, rhythm=Rhythm.AT_ONCE, made_at=TUESDAY
    )
    write_due(TUESDAY + timedelta(minutes=1))
    assert received() == []
    write_due(TUESDAY + timedelta(minutes=20))
    assert len(received()) == 1
    lost.refresh_from_db()
    assert lost.letter_id


def test_a_long_absence_is_one_letter(author, fan):
    theory = make_theory(author)
    want(fan, "resolved", Rhythm.WEEKLY)
    for number in range(130):
        notify([fan.pk], "resolved", theory.pk, key=str(number))
    call_command("send_letters")
    assert received() == []
    write_due(TUESDAY)
    write_due(TUESDAY)
    [letter] = received()
    assert letter["Subject"] == "Your week at the archive: 100 notices"


def test_while_the_mail_server_is_away_nothing_is_lost(author, fan, theory, settings, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.MAILERS = {
        "default": {"BACKEND": "accounts.mail.QueuedBackend"},
        "delivery": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"},
    }
    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.close_old_connections", lambda: None)

    def away(self, messages):
        raise smtplib.SMTPServerDisconnected

    make_comment(fan, theory)
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        write_due(TUESDAY)
        call_command("db_worker", "--batch", "--no-startup-delay", "--interval=0", verbosity=0)
        write_due(TUESDAY)
    assert mail.outbox == []
    waiting = DBTaskResult.objects.filter(status="READY")
    assert waiting.count() == 1
    waiting.update(run_after=TUESDAY - timedelta(days=3000))
    call_command("db_worker", "--batch", "--no-startup-delay", "--interval=0", verbosity=0)
    assert len(mail.outbox) == 1


# The way out


def stop_path(letter) -> str:
    return letter["List-Unsubscribe"].strip("<>").removeprefix("https://archive.example")


def test_one_click_stops_what_the_mail_was_about_and_nothing_else(author, fan, theory):
    want(author, "reply", Rhythm.AT_ONCE)
    make_comment(fan, theory)
    [letter] = received()
    path = stop_path(letter)
    assert f"https://archive.example{path}" in text_of(letter)
    mail_program = Client(enforce_csrf_checks=True)
    page = mail_program.get(path)
    assert "Stop mail about “Answers”?" in page.content.decode()
    assert page.headers["Cache-Control"] == "private, no-store"
    assert wishes_of(author)["reply"].rhythm == Rhythm.AT_ONCE
    answer = mail_program.post(path, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "It has stopped" in answer.content.decode()) == (200, True)
    after = wishes_of(author)
    assert (after["reply"], after["mention"].rhythm) == (Wish(True, Rhythm.NEVER), Rhythm.DAILY)
    make_comment(fan, theory, "Once more.")
    write_due(TUESDAY)
    assert (len(received()), author.notices.count()) == (1, 2)


def test_a_daily_letter_stops_all_that_came_daily_also_what_waits(author, fan, theory):
    make_comment(fan, theory)
    write_due(TUESDAY)
    make_comment(fan, theory, "Once more.")
    Client().post(stop_path(received()[0]))
    assert Rhythm.DAILY not in {wish.rhythm for wish in wishes_of(author).values()}
    assert wishes_of(author)["resolved"].rhythm == Rhythm.WEEKLY
    write_due(TUESDAY + timedelta(days=1))
    assert len(received()) == 1


def test_forged_and_outlived_addresses_lead_nowhere(author, fan, theory):
    want(author, "reply", Rhythm.AT_ONCE)
    make_comment(fan, theory)
    path = stop_path(received()[0])
    name, _, signature = path.removesuffix("/").rpartition(":")
    for forged in (f"{name}:{'A' * len(signature)}/", "/mail/stop/x/", f"{path[:-3]}/"):
        assert Client().post(forged).status_code == 404
    author.erased_at = TUESDAY
    author.save()
    assert Client().get(path).status_code == 404
    assert make_fan("third").notice_choices.count() == 0


def test_who_does_not_fit_into_one_run_is_next_and_one_fault_stops_nobody_else(author, fan, other, theory, monkeypatch):
    for reader in (author, fan, other):
        want(reader, "premise", Rhythm.DAILY)
    notify([author.pk, fan.pk, other.pk], "premise", theory.pk)
    monkeypatch.setattr(digesting, "AT_A_TIME", 2)
    word = digesting.letter_mail
    broken = [author]

    def worded(reader, *args):
        if reader in broken:
            raise ValueError("no words")
        return word(reader, *args)

    monkeypatch.setattr(digesting, "letter_mail", worded)
    write_due(TUESDAY)
    assert [letter["To"] for letter in received()] == ["fan@example.org"]
    broken.clear()
    for _ in range(3):
        write_due(TUESDAY)
    assert sorted(letter["To"] for letter in received()) == [
        f"{name}@example.org" for name in ("author", "fan", "otto")
    ]


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_write_one_letter():
    author, fan = make_fan("author"), make_fan("fan")
    make_comment(fan, make_theory(author))
    at_once([lambda: write_due(TUESDAY)] * 4)
    assert (len(received()), Letter.objects.count()) == (1, 1)
