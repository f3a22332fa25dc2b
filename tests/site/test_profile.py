"""A fan's page: what others find on it, and what its fan keeps to themselves."""

import pytest
from django.utils import timezone

from accounts.models import User
from tests.factories import make_fan, make_page, make_work
from tests.factories_theories import make_comment, make_theory
from theories.leaderboard import public_standings
from theories.models import ALL_TIME, Badge, Standing

pytestmark = pytest.mark.django_db


def page(client, address):
    return client.get(address).content.decode()


def test_comments_newest_first_inside_the_shield(guest, fan, author):
    work = make_work("chapter-4")
    theory, beyond = make_theory(author), make_theory(author, claim="Behind it.", scope=work.mask)
    for text in ("First words.", "Second words."):
        make_comment(fan, theory, text)
    make_comment(fan, theory, "This gives it away.", scope=work.mask)
    make_comment(fan, beyond, "So does this.")
    shown = page(guest, f"{fan.get_absolute_url()}?show=comments")
    assert shown.index("Second words.") < shown.index("First words.")
    for words in ("This gives it away.", "So does this.", "Behind it."):
        assert words not in shown
    assert "noindex" in shown
    assert "First words." not in page(guest, fan.get_absolute_url())


def test_comments_come_in_pages_with_few_queries(guest, fan, author, django_assert_max_num_queries):
    theory = make_theory(author)
    for n in range(21):
        make_comment(fan, theory, f"Word number {n}.")
    with django_assert_max_num_queries(5):
        first = guest.get(f"{fan.get_absolute_url()}?show=comments")
    assert "Word number 0." not in first.content.decode()
    further = first.context["further"]
    rest = page(guest, f"{fan.get_absolute_url()}?show=comments&before={further}")
    assert "Word number 0." in rest
    assert "Word number 1." not in rest
    assert guest.get(f"{fan.get_absolute_url()}?show=comments&before=x").status_code == 200


def test_activity_that_a_fan_keeps_to_themselves(guest, sign_in, fan, author):
    make_comment(fan, make_theory(author), "Words of mine.")
    make_page("prague", editor=fan)
    assert sign_in(fan).post("/settings/privacy/", {"hides_activity": "on"}).status_code == 303
    for query in ("", "?show=comments"):
        shown = page(guest, fan.get_absolute_url() + query)
        assert "Words of mine." not in shown
        assert "Lore contributions" not in shown
        assert "?show=comments" not in shown
    own = page(sign_in(fan), f"{fan.get_absolute_url()}?show=comments")
    assert "Words of mine." in own
    assert "Others do not see" in own


def test_a_record_that_a_fan_keeps_to_themselves(guest, sign_in, fan):
    make_theory(fan, claim="It stands for all to read.")
    Badge.objects.create(fan=fan, key="reasoned", granted_at=timezone.now())
    Standing.objects.create(fan=fan, season=ALL_TIME, resolved=9, brier=0.1, skill=0.3, low=0.1, high=0.5)
    assert public_standings(ALL_TIME).exists()
    assert 'id="badge-' in page(guest, fan.get_absolute_url())
    sign_in(fan).post("/settings/privacy/", {"hides_record": "on"})
    shown = page(guest, fan.get_absolute_url())
    assert 'id="badge-' not in shown
    assert "It stands for all to read." in shown
    assert not public_standings(ALL_TIME).exists()
    assert 'id="badge-' in page(sign_in(fan), fan.get_absolute_url())
    sign_in(fan).post("/settings/privacy/", {})
    assert not User.objects.get(pk=fan.pk).hides_record


def test_how_far_somebody_is_trusted_stands_there(guest, fan):
    assert "· New ·" in page(guest, fan.get_absolute_url())
    User.objects.filter(pk=fan.pk).update(level=2)
    assert "· Regular ·" in page(guest, fan.get_absolute_url())


def test_nobody_is_there_who_has_left(guest, fan):
    User.objects.filter(pk=fan.pk).update(erased_at=fan.date_joined)
    assert guest.get(fan.get_absolute_url()).status_code == 404
    assert guest.get(make_fan(username="olga").get_absolute_url()).status_code == 200
