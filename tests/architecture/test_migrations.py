import json
import os
import subprocess
import sys

from django.core.management import call_command

from tests.architecture.source import APPS, ROOT


def test_models_and_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_runs_forwards_back_and_forwards_again(tmp_path):
    """In a process of its own, so that a failure half way leaves this one's database whole."""
    command = [sys.executable, "-m", "tests.architecture.migrations_both_ways"]
    environment = os.environ | {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "ballerina_site.settings"}
    run = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    left = json.loads(run.stdout)
    assert "django_migrations" in left
    assert not [table for table in left if table.startswith(APPS)]
