import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import Dispatch
from accounts.tasks import KNOWN_FOR, PAUSES, forget_dispatches
from ballerina_site import orphans

MEMORY = {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}


@pytest.fixture
def queued(settings, db, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.MAILERS = {"default": {"BACKEND": "accounts.mail.QueuedBackend"}, "delivery": MEMORY}
    # The worker would close the connection in which this test's transaction runs.
    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.close_old_connections", lambda: None)


def letter(**fields) -> EmailMultiAlternatives:
    fields = {
        "subject": "Grüße",
        "body": "Hello Rooney",
        "to": ["r@example.org"],
        "headers": {"X-A": "b"},
    } | fields
    message = EmailMultiAlternatives(**fields)
    message.attach_alternative("<p>Hello</p>", "text/html")
    return message


def work() -> None:
    call_command("db_worker", "--batch", "--no-startup-delay", "--interval=0", verbosity=0)


def test_a_mail_waits_for_the_worker_and_is_sent_once(queued):
    letter().send()
    assert not mail.outbox
    work()
    work()
    [sent] = mail.outbox
    assert (sent.subject, sent.body, sent.to) == ("Grüße", "Hello Rooney", ["r@example.org"])
    assert sent.extra_headers["X-A"] == "b"
    assert sent.alternatives[0].content == "<p>Hello</p>"


def test_what_is_rolled_back_sends_no_mail(queued):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        letter().send()
        _ = 1 / 0
    assert not DBTaskResult.objects.exists()


def test_while_the_mail_server_is_away_a_mail_waits(queued, monkeypatch):
    def away(self, messages):
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        letter().send()
        work()
    waiting = DBTaskResult.objects.get(status="READY")
    assert timedelta(0) < waiting.run_after - timezone.now() <= timedelta(minutes=PAUSES[0])
    assert not mail.outbox
    DBTaskResult.objects.filter(pk=waiting.pk).update(run_after=timezone.now())
    work()
    assert len(mail.outbox) == 1


def killed(monkeypatch, where):
    """A worker that is gone while it does this: nothing after it was written down."""
    with monkeypatch.context() as patch:
        patch.setattr(where, lambda *args, **kwargs: (_ for _ in ()).throw(KeyboardInterrupt))
        patch.setattr(DBTaskResult, "set_failed", lambda *args: None)
        work()
    assert DBTaskResult.objects.get().status == "RUNNING"
    DBTaskResult.objects.update(started_at=timezone.now() - orphans.LOST_AFTER - timedelta(minutes=1))
    call_command("mend_tasks")
    work()


def test_a_mail_whose_worker_was_killed_before_sending_it_goes_out(queued, monkeypatch):
    letter().send()
    killed(monkeypatch, "accounts.tasks._begin")
    assert len(mail.outbox) == 1


def test_a_mail_whose_worker_was_killed_after_sending_it_does_not_go_twice(queued, monkeypatch):
    letter().send()
    killed(monkeypatch, "django_tasks_db.models.DBTaskResult.set_successful")
    assert len(mail.outbox) == 1
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_what_ends_every_worker_is_given_up(queued):
    letter().send()
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["a", "b", "c"], started_at=timezone.now())
    assert not orphans.put_back()
    assert DBTaskResult.objects.get().status == "RUNNING"
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(hours=1))
    call_command("mend_tasks")
    assert DBTaskResult.objects.get().status == "FAILED"


def test_marks_of_mails_are_forgotten(queued):
    letter().send()
    work()
    forget_dispatches()
    assert Dispatch.objects.count() == 1
    Dispatch.objects.update(begun_at=timezone.now() - KNOWN_FOR - timedelta(minutes=1))
    call_command("mend_tasks")
    assert not Dispatch.objects.exists()


def test_after_a_day_it_is_given_up(queued, monkeypatch):
    def away(self, messages):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
    letter().send()
    for _ in PAUSES:
        work()
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    work()
    assert not DBTaskResult.objects.filter(status="READY").exists()
    assert DBTaskResult.objects.filter(status="FAILED").count() == 1


def test_attachments_are_refused(queued):
    message = letter()
    message.attach("a.txt", "text")
    with pytest.raises(ValueError, match="attachments"):
        message.send()


def test_a_line_break_in_the_subject_adds_no_header(queued):
    letter(subject="Hello\nBcc: all@example.org").send()
    work()
    assert mail.outbox[0].subject == "Hello Bcc: all@example.org"


def test_files_and_console(settings, tmp_path, capsys):
    folder = tmp_path / "mail"
    options = {"folder": folder}
    settings.MAILERS = {"default": {"BACKEND": "accounts.mail.FileAndConsoleBackend", "OPTIONS": options}}
    link = "http://127.0.0.1:8000/accounts/confirm-email/" + "x" * 90 + "/"
    letter(body=f"Hällo\n\n{link}\n").send()
    letter().send()
    files = sorted(folder.iterdir())
    assert len(files) == 2
    assert link in files[0].read_text()
    assert link in capsys.readouterr().out
