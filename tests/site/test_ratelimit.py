from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from redis.exceptions import ConnectionError as RedisIsAway

from ballerina_site import ratelimit, tally
from ballerina_site.caches import SharedFiles, SharedRedis
from ballerina_site.ratelimit import LIMITS, Limit, TooFast, spend
from tests.factories import make_fan


@pytest.fixture(autouse=True)
def three_an_hour(settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setitem(LIMITS, "post", Limit(3, 3600, "for this test"))


def asked_by(user=None, address="203.0.113.1"):
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    request.user = user or AnonymousUser()
    return request


def spend_all(request) -> None:
    for _ in range(3):
        spend(request, "post")


def test_up_to_the_limit_and_no_further():
    request = asked_by()
    spend_all(request)
    with pytest.raises(TooFast) as caught:
        spend(request, "post")
    assert 0 < caught.value.seconds <= 3600
    assert "Try again in" in str(caught.value)


def test_the_next_window_is_open(monkeypatch):
    now = 3600 * 1000
    monkeypatch.setattr(ratelimit.time, "time", lambda: now)
    spend_all(asked_by())
    now += 3600
    spend(asked_by(), "post")


def test_counted_by_network_for_guests():
    spend_all(asked_by())
    spend(asked_by(address="203.0.113.2"), "post")
    spend_all(asked_by(address="2001:db8::1"))
    with pytest.raises(TooFast):
        spend(asked_by(address="2001:db8::ffff"), "post")


@pytest.mark.django_db
def test_counted_by_fan_whatever_the_network(fan, author):
    spend_all(asked_by(fan))
    spend(asked_by(author), "post")
    with pytest.raises(TooFast):
        spend(asked_by(fan, "203.0.113.2"), "post")


def test_switched_off(settings):
    settings.RATE_LIMITS = False
    for _ in range(9):
        spend(asked_by(), "post")


def test_every_limit_says_why():
    assert all(limit.most > 0 and limit.seconds > 0 and limit.why for limit in LIMITS.values())


@pytest.fixture
def files(tmp_path):
    return SharedFiles(str(tmp_path / "cache"), {})


def test_files_count_together(files):
    files.add("count", 0, 60)
    with ThreadPoolExecutor(8) as crowd:
        counts = list(crowd.map(lambda _: files.incr("count"), range(200)))
    assert sorted(counts) == list(range(1, 201))


def test_files_let_one_of_many_add(files):
    with ThreadPoolExecutor(8) as crowd:
        added = list(crowd.map(lambda number: files.add("lock", number, 60), range(64)))
    assert sum(added) == 1


def test_files_forget_in_time(files):
    files.add("count", 0, 0.01)
    with patch("time.time", return_value=2_000_000_000 + 10**9), pytest.raises(ValueError):
        files.incr("count")
    with pytest.raises(ValueError):
        files.incr("never-there")


def assert_is_away_quietly(cache) -> None:
    assert cache.add("a", 1) is True
    assert cache.get("a", "else") == "else"
    assert cache.set("a", 1) is None
    assert cache.delete("a") is False
    with pytest.raises(ValueError):
        cache.incr("a")


def test_a_cache_folder_that_is_away(tmp_path):
    cache = SharedFiles(str(tmp_path / "cache"), {})
    (tmp_path / "cache").rmdir()
    (tmp_path / "cache").write_text("a file in its place")
    assert_is_away_quietly(cache)


def test_a_redis_that_is_away():
    away = RedisIsAway("nobody there")
    with patch("redis.connection.ConnectionPool.get_connection", side_effect=away):
        assert_is_away_quietly(SharedRedis("redis://127.0.0.1:1/0", {}))


@pytest.fixture
def no_cache(tmp_path, monkeypatch):
    cache = SharedFiles(str(tmp_path / "cache"), {})
    (tmp_path / "cache").rmdir()
    (tmp_path / "cache").write_text("a file in its place")
    monkeypatch.setattr(tally, "cache", cache)
    monkeypatch.setattr(tally, "_alone", OrderedDict())


def test_counted_by_the_process_alone_when_the_cache_is_away(no_cache):
    spend_all(asked_by())
    spend(asked_by(address="203.0.113.2"), "post")
    with pytest.raises(TooFast):
        spend(asked_by(), "post")


def test_what_one_process_remembers_is_bounded(no_cache, monkeypatch):
    monkeypatch.setattr(tally, "MOST_KEYS", 5)
    for number in range(20):
        assert tally.count(f"key-{number}", 60) == 1
    assert len(tally._alone) == 5
    assert tally.count("key-19", 60) == 2


@pytest.mark.django_db
def test_new_accounts_may_do_less_and_regulars_more(monkeypatch, fan, editor):
    monkeypatch.setitem(LIMITS, "mark", Limit(3, 3600, "for this test", new=1, regular=5))
    for user, level, most in ((fan, 0, 1), (make_fan("fay"), 1, 3), (make_fan("rex"), 2, 5), (editor, 0, 5)):
        user.level = level
        for _ in range(most):
            spend(asked_by(user), "mark")
        with pytest.raises(TooFast):
            spend(asked_by(user), "mark")


@pytest.mark.django_db
def test_many_accounts_of_one_network_together_are_limited(monkeypatch):
    monkeypatch.setitem(LIMITS, "mark", Limit(3, 3600, "for this test", network=5))
    for name in ("ann", "bob"):
        for _ in range(2):
            spend(asked_by(make_fan(f"{name}-{_}")), "mark")
    late = make_fan("late")
    spend(asked_by(late), "mark")
    with pytest.raises(TooFast):
        spend(asked_by(late), "mark")
    spend(asked_by(late, "203.0.113.99"), "mark")


def test_some_things_are_limited_in_the_longer_run_too(monkeypatch):
    monkeypatch.setitem(LIMITS, "posts-a-day", Limit(2, 86_400, "for this test"))
    spend(asked_by(), "post")
    spend(asked_by(), "post")
    with pytest.raises(TooFast) as caught:
        spend(asked_by(), "post")
    assert caught.value.seconds > 0
    assert set(ratelimit.LONGER) | set(ratelimit.LONGER.values()) <= LIMITS.keys()


@pytest.mark.parametrize(("proxies", "told", "known"), [(0, "192.0.2.1", False), (1, "192.0.2.1", True)])
def test_a_word_about_the_address_counts_behind_our_own_proxies_only(settings, proxies, told, known):
    """Whoever makes up another X-Forwarded-For each time is still one."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    requests = [asked_by() for _ in range(4)]
    for number, request in enumerate(requests):
        request.META["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{number}" if not known else f"192.0.2.{number}, {told}"
    for request in requests[:3]:
        spend(request, "post")
    with pytest.raises(TooFast):
        spend(requests[3], "post")
