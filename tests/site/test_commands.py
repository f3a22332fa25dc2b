"""What `make serve` runs before and beside the server."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from ballerina_site import supervise
from ballerina_site.management.commands.serve import worker
from lore.models import Page
from tests.factories import make_fan
from theories.models import Theory

ROOT = Path(__file__).resolve().parents[2]


def said(command, *args):
    told = StringIO()
    call_command(command, *args, stdout=told, stderr=told)
    return told.getvalue()


@pytest.mark.django_db
class TestFirstAdmin:
    def test_can_sign_in_and_must_change_the_password(self):
        told = said("first_admin")
        made = User.objects.get(is_superuser=True)
        password = told.split("password   ")[1].strip()
        assert made.check_password(password)
        assert made.must_change_password
        assert EmailAddress.objects.get(user=made).verified

    def test_is_made_once(self, admin):
        assert said("first_admin") == ""
        assert User.objects.filter(is_superuser=True).count() == 1

    def test_does_not_take_a_fans_name(self):
        make_fan(username="boss")
        assert "taken" in said("first_admin", "--username", "boss")
        assert not User.objects.filter(is_superuser=True).exists()


@pytest.mark.django_db
class TestPrepare:
    def test_brings_the_content_and_says_so_once(self, settings):
        settings.DEBUG = True  # leaves the static files alone
        first, second = said("prepare"), said("prepare")
        assert Page.objects.lore().count() == 34
        assert Theory.objects.count() == 4
        assert "page: 37 added" in first
        assert second == ""


@pytest.mark.django_db
class TestTick:
    def test_clears_what_has_ended_and_may_run_twice(self, settings):
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        old = SessionStore()
        old.create()
        Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
        kept = SessionStore()
        kept.create()
        said("tick")
        said("tick")
        assert list(Session.objects.values_list("pk", flat=True)) == [kept.session_key]


@pytest.mark.parametrize(
    ("backend", "beside"),
    [
        ("django_tasks_db.DatabaseBackend", ["The worker", "The minute's work"]),
        ("django.tasks.backends.immediate.ImmediateBackend", ["The minute's work"]),
    ],
)
def test_a_worker_runs_only_where_tasks_wait_for_it(settings, backend, beside):
    settings.TASKS = {"default": {"BACKEND": backend}}
    assert [child.name for child in supervise.beside(worker())] == beside


class TestChild:
    def test_is_started_again_when_it_ends(self):
        reports = []
        child = supervise.Child("It", [sys.executable, "-c", "raise SystemExit(3)"])
        deadline = time.monotonic() + 20
        while len(reports) < 2 and time.monotonic() < deadline:
            child.look_after(reports.append)
            time.sleep(0.02)
        child.end()
        assert all("It ended (exit code 3)" in line for line in reports)
        assert len(reports) == 2

    def test_ends_when_asked(self):
        child = supervise.Child("It", [sys.executable, "-c", "import time; time.sleep(60)"])
        child.look_after(print)
        assert child.running
        child.ask_to_end()
        child.end()
        assert not child.running


def serve(folder, **environment):
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(folder), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_port_in_use_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = serve(tmp_path, PORT=str(taken.getsockname()[1]))
        _, told = process.communicate(timeout=60)
    assert process.returncode != 0
    assert len(told.strip().splitlines()) == 1
    assert "in use" in told


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("SITE_URL", "example.org"), ("WORKERS", "0"), ("DATABASE_URL", "mysql://x/y")],
)
def test_a_bad_value_is_one_sentence_that_names_it(tmp_path, name, value):
    process = serve(tmp_path, **{name: value})
    _, told = process.communicate(timeout=60)
    assert process.returncode != 0
    assert name in told
    assert len(told.strip().splitlines()) == 1


def test_serve_answers_and_ends_when_told(tmp_path):
    with socket.socket() as spare:
        spare.bind(("127.0.0.1", 0))
        port = spare.getsockname()[1]
    given = {"PORT": str(port), "WORKERS": "1", "DATABASE_URL": f"sqlite:///{tmp_path / 'archive.sqlite3'}"}
    process = serve(tmp_path, **given)
    try:
        line = next(line for line in process.stdout if "is open at" in line)
        assert str(port) in line
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert_collected(tmp_path / "static")


def assert_collected(static):
    """What pages name by its hash lies there compressed; for the pages of errors the plain file; no other versions."""
    sheets = {file.name.count(".") for file in (static / "css").glob("site.*css.br")}
    assert sheets == {3}  # site.<hash>.css.br
    assert (static / "css" / "site.css").is_file()
    assert list((static / "django_htmx").glob("htmx-2.min.*.js.br"))
    assert not list((static / "django_htmx").glob("*-4*"))
