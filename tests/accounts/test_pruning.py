"""Notices do not pile up for ever."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Letter, Notice, Rhythm
from accounts.pruning import KEPT, prune
from tests.factories_theories import make_theory

pytestmark = pytest.mark.django_db


def test_what_was_read_long_ago_goes_and_what_is_unread_is_not_mailed_again(fan, author, monkeypatch):
    monkeypatch.setattr("accounts.pruning.AT_A_TIME", 1)
    theory, now = make_theory(author), timezone.now()
    old = now - KEPT - timedelta(days=1)
    letters = [Letter.objects.create(fan=fan, rhythm=Rhythm.DAILY, period=name, made_at=old) for name in ("a", "b")]

    def notice(key, *, made_at=old, **fields):
        Notice.objects.create(fan=fan, kind="reply", object_id=theory.pk, key=key, made_at=made_at, **fields)

    notice("read long ago", read_at=old, letter=letters[0])
    notice("read lately", read_at=now)
    notice("never read", letter=letters[1], rhythm=Rhythm.DAILY)
    notice("for a mail alone", is_shown=False)
    notice("for a mail alone, lately", is_shown=False, made_at=now)
    assert prune() == 2
    assert set(fan.notices.values_list("key", flat=True)) == {"read lately", "never read", "for a mail alone, lately"}
    assert list(Letter.objects.all()) == [letters[1]]
    assert not Notice.objects.to_mail().exists()
    call_command("prune_notices", "--now")
    assert fan.notices.count() == 3
